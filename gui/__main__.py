"""`python -m gui [CLIP…]` opens the window."""

from gui.main import run

if __name__ == "__main__":
    run()

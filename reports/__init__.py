"""Results as JSON, HTML and CSV, and the words that every face of the program shares: pure rendering."""

from reports.compose import report_document, report_json
from reports.document import Report, ReportError, encode_report, read_report
from reports.page import render_page, report_html
from reports.table import findings_csv

__all__ = [
    "Report",
    "ReportError",
    "encode_report",
    "findings_csv",
    "read_report",
    "render_page",
    "report_document",
    "report_html",
    "report_json",
]

"""CSV files that no spreadsheet mistakes for a program."""

from flask import Flask

from triage.web.csv_file import csv_answer


def test_formulas_are_disarmed_and_numbers_stay() -> None:
    app = Flask(__name__)
    with app.test_request_context():
        answer = csv_answer("x.csv", ["a", "b"], [("=1+1", -5), ("@SUM", 'say "hi", please')])
        assert answer.get_data(as_text=True) == '\ufeffa,b\r\n\'=1+1,-5\r\n\'@SUM,"say ""hi"", please"\r\n'
    assert answer.headers["Content-Disposition"] == 'attachment; filename="x.csv"'

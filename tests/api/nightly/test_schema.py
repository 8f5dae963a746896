"""Every bound of every field that the API describes."""

from tests.api.contract import CHECKS, EXAMPLES, described

api = described(covers_all=True)


class TestOperations:
    @api.parametrize()
    @EXAMPLES
    def test_nothing_sent_breaks_the_server_or_its_word(self, case, furnished):
        case.call_and_validate(headers={"Authorization": f"Bearer {furnished}"}, checks=CHECKS)

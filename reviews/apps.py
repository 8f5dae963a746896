from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from accounts.registry import describe
        from reviews import personal, words

        personal.register()
        describe("review.held", words.review_held)
        describe("review.taken_back", words.review_taken_back)
        describe("action.done", words.action_done)
        describe("action.reopened", words.action_reopened)

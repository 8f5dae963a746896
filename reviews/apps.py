from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from accounts.registry import describe
        from outbox.registry import register_daily
        from reviews import personal, tasks, words

        personal.register()
        register_daily("reviews.tell_due", hour=5, run=tasks.tell_due, queue="default")
        describe("review.held", words.review_held)
        describe("review.taken_back", words.review_taken_back)
        describe("action.done", words.action_done)
        describe("action.reopened", words.action_reopened)

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import personal, tasks, words
        from accounts.actions import erasing, retention
        from accounts.actions import words as word_actions
        from accounts.registry import watch
        from outbox.registry import Local, register, register_daily

        words.register()
        personal.register()
        retention.register()
        # Many attempts: it waits while a file that names the person is being brought in.
        register(erasing.ERASE, Local(tasks.erase_contact, queue="compute", max_attempts=60))
        watch(word_actions.LEARN, tasks.learn_words, facts=word_actions.NAMED, queue="compute")
        register_daily(word_actions.RELEARN, hour=3, run=tasks.relearn_words)

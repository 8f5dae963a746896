from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "segments"

    def ready(self) -> None:
        from accounts.registry import choosers, describe, listen
        from outbox.registry import Local, register, register_daily
        from segments import queries, registry, tasks, words
        from segments.actions import fits, members, pending, segments
        from segments.fields import account, numbers, people, work

        for field in (*account.FIELDS, *people.FIELDS, *work.FIELDS):
            registry.register_field(field)
        registry.register_family(numbers.METRIC_KEYS, numbers.metrics)
        registry.register_family(numbers.OWN_KEYS, numbers.own_fields)

        listen(facts=members.note_facts, readings=members.note_readings)
        listen(facts=fits.note_signing)
        register(pending.REFRESH, Local(tasks.refresh, queue="compute"))
        register(members.REFRESH_CHANGED, Local(tasks.refresh_changed, queue="compute"))
        register(fits.COMPUTE, Local(tasks.compute_fit, queue="compute"))
        register(fits.SNAPSHOT, Local(tasks.keep_at_signing, queue="compute"))
        register(segments.PURGE, Local(tasks.purge, queue="compute"))
        register_daily("segments.refresh_all", hour=4, run=tasks.refresh_daily)
        choosers["segment"] = queries.member_ids
        describe("segment.entered", words.entered)
        describe("segment.left", words.left)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from accounts.registry import describe, react
        from outbox.registry import Local, register, register_daily, undelivered_listeners
        from segments.registry import register_field
        from surveys import effects, personal, segment_fields, words
        from surveys.actions import answers, planning, retention, sending, surveys, waves
        from workspaces.registry import founders, retain

        founders.append(surveys.give_first_surveys)
        undelivered_listeners.append(effects.note_undelivered)
        for field in segment_fields.FIELDS:
            register_field(field)
        react("ticket.closed", "surveys.ask_after_closure", effects.ask_after_closure)
        react("ticket.reopened", "surveys.call_off", effects.call_off_reopened)
        react("ticket.merged", "surveys.call_off_merged", effects.call_off_merged)
        register(answers.TELL, Local(effects.tell_answer))
        react("survey.answered", "surveys.end_silence", effects.end_silence)
        register_daily("surveys.find_silence", hour=3, run=effects.find_silence)
        react("stage.entered", "surveys.ask_after_move", effects.ask_after_move)
        react("stage.taken_back", "surveys.call_off_move", effects.call_off_move)
        react("alert.escalated", "surveys.follow_alert", effects.follow_alert)
        react("alert.closed", "surveys.follow_alert", effects.follow_alert)
        react("escalation.resolved", "surveys.ask_after_escalation", effects.ask_after_escalation)
        register(planning.SEND, Local(effects.send_due))
        register(sending.REMIND, Local(effects.remind_due))
        register_daily("surveys.start_due", hour=5, run=effects.start_surveys_due)
        register(waves.SEND_WAVE, Local(effects.send_wave, queue="compute"))
        personal.register()
        retain(
            "unanswered_surveys",
            _("Surveys that nobody answered"),
            retention.KEPT_DAYS,
            retention.forget_unanswered,
            due=retention.unanswered,
            about=_("That somebody was asked. Rates of answers are counted without them from then on."),
            least=90,
        )
        describe("escalation.opened", words.escalation_opened)
        describe("escalation.resolved", words.escalation_resolved)
        describe("renewal.disputed", words.renewal_disputed)
        describe("renewal.settled", words.renewal_settled)
        describe("survey.sent", words.sent)
        describe("survey.refused", words.refused)
        describe("survey.answered", words.answered)
        describe("survey.call_wished", words.call_wished)
        describe("survey.referred", words.referred)
        describe("survey.unanswered", words.unanswered)

"""Kinds of work in words, for the person who decides about what is stuck."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS = {
    "mail.send": gettext_lazy("Send a mail"),
    "accounts.erase_contact": gettext_lazy("Erase a person from everything that is kept"),
    "accounts.learn_words": gettext_lazy("Note the words of names, for searches with typing errors"),
    "accounts.relearn_words": gettext_lazy("Note the words of all names, and forget those of none"),
    "integrations.process_event": gettext_lazy("Process a help-desk event"),
    "integrations.look_up": gettext_lazy("Ask a help desk who a ticket is from"),
    "integrations.replay_more": gettext_lazy("Process many help-desk events again"),
    "surveys.ask_after_closure": gettext_lazy("Decide whether to ask after a closed ticket"),
    "surveys.call_off": gettext_lazy("Call off the survey of a reopened ticket"),
    "surveys.call_off_merged": gettext_lazy("Call off the survey of a merged ticket"),
    "surveys.send_wave": gettext_lazy("Send a survey wave"),
    "surveys.find_silence": gettext_lazy("Find customers who have stopped answering"),
    "surveys.tell_answer": gettext_lazy("Count an answer and tell of it"),
    "surveys.end_silence": gettext_lazy("Note that a customer answers again"),
    "surveys.send_due": gettext_lazy("Send the surveys that are due"),
    "surveys.remind_due": gettext_lazy("Remind those who have not answered"),
    "surveys.start_due": gettext_lazy("Start surveys that are due today"),
    "surveys.ask_after_move": gettext_lazy("Decide whether to ask after a stage was entered"),
    "surveys.call_off_move": gettext_lazy("Call off the survey of a stage that was taken back"),
    "surveys.follow_alert": gettext_lazy("Ask nobody while an escalation is open"),
    "surveys.ask_after_escalation": gettext_lazy("Decide whether to ask after an escalation"),
    "segments.refresh": gettext_lazy("Find the accounts of a segment"),
    "segments.refresh_changed": gettext_lazy("See which segments changed accounts are in"),
    "segments.refresh_all": gettext_lazy("Find the accounts of every segment"),
    "segments.compute_fit": gettext_lazy("Compute how accounts fit the ideal customer"),
    "segments.keep_fit_at_signing": gettext_lazy("Keep how an account fits when it signs"),
    "segments.purge": gettext_lazy("Drop a deleted segment for good"),
    "imports.read": gettext_lazy("Read some rows of a file"),
    "imports.check": gettext_lazy("Check some rows of a file"),
    "imports.merge": gettext_lazy("Bring in some rows of a file"),
    "imports.link": gettext_lazy("Put accounts of a file below their parents"),
    "reviews.tell_due": gettext_lazy("Tell who has reviews to prepare"),
    "health.keep_months": gettext_lazy("Make room for the scores of coming months, and drop what is too old"),
    "health.rescore": gettext_lazy("Compute health scores after changes"),
    "health.rescore_all": gettext_lazy("Compute all health scores"),
    "health.rescore_stale": gettext_lazy("Compute health scores"),
    "health.recompute": gettext_lazy("Compute earlier health scores by other weights"),
    "health.recompute_chunk": gettext_lazy("Compute some earlier health scores by other weights"),
    "health.rescore_chunk": gettext_lazy("Compute some of all health scores"),
    "health.escalate": gettext_lazy("Give untouched alerts to the managers"),
    "health.measure_attitudes": gettext_lazy("Measure loyalty and satisfaction after changes"),
    "health.measure_all_attitudes": gettext_lazy("Measure everybody's loyalty and satisfaction"),
    "health.measure_attitudes_chunk": gettext_lazy("Measure the loyalty and satisfaction of some"),
    "complaints.take_up": gettext_lazy("See whether something is a complaint"),
    "complaints.note_overdue": gettext_lazy("See whether a complaint is overdue"),
    "risk.keep_up": gettext_lazy("Compute the churn risk of everybody"),
    "risk.score_chunk": gettext_lazy("Compute the churn risk of some"),
    "risk.make_hand_card": gettext_lazy("Turn the weights set by hand into chances"),
    "risk.run_step": gettext_lazy("Test the churn risk on another month"),
    "journeys.begin_delivery": gettext_lazy("Move a new customer to delivery"),
    "journeys.note_answer": gettext_lazy("Check whether an answer moves the customer"),
    "journeys.note_alert": gettext_lazy("Check whether an alert moves the customer"),
    "journeys.note_complaint": gettext_lazy("Check whether a complaint moves the customer"),
    "journeys.move_due": gettext_lazy("Move customers whose time in a stage is over"),
    "journeys.move_more": gettext_lazy("Move more customers whose time in a stage is over"),
    "journeys.start_in_segment": gettext_lazy("Start a playbook on customers who entered a segment"),
    "bulk.run": gettext_lazy("Change many accounts"),
    "bulk.undo": gettext_lazy("Undo a change of many accounts"),
    "notices.tell": gettext_lazy("Tell members what has happened"),
    "notices.tell_answer": gettext_lazy("Tell members of a bad answer"),
    "notices.tell_chat_off": gettext_lazy("Tell administrators that a chat was switched off"),
    "notices.tell_renewals": gettext_lazy("Tell members of renewals"),
    "notices.tell_stuck": gettext_lazy("Tell administrators that work is stuck"),
    "notices.tell_tasks": gettext_lazy("Tell members of overdue tasks"),
    "notices.look_ahead": gettext_lazy("Look for renewals and overdue tasks"),
    "notices.send_digest": gettext_lazy("Write a digest"),
    "notices.deliver_message": gettext_lazy("Send a message to a chat"),
    "voice.read": gettext_lazy("Read what customers said"),
    "voice.keep_up": gettext_lazy("See what customers said that is unread"),
    "voice.read_more": gettext_lazy("Read more of what customers said"),
    "voice.read_again": gettext_lazy("Read comments again by changed themes"),
    "voice.conclude": gettext_lazy("See which themes rise, and what improvements did"),
    "voice.plan_digests": gettext_lazy("See who gets the voice of the customer today"),
    "voice.send_digest": gettext_lazy("Write the voice of the customer to a member"),
    "webhooks.deliver": gettext_lazy("Send a message to a webhook"),
    "webhooks.fan_out": gettext_lazy("Write messages to webhooks"),
    "workspaces.purge_old": gettext_lazy("Begin to let go of what is old"),
    "workspaces.purge": gettext_lazy("Let go of some of what is old"),
    "workspaces.erase": gettext_lazy("Delete some of a workspace"),
    "workspaces.forget_answers": gettext_lazy("Forget old answers to API calls"),
}


def work(kind: str) -> str:
    """`mail.send` as a reader sees it; a kind without words is shown as it is written."""
    return str(KINDS.get(kind) or _("Work of kind %(kind)s") % {"kind": kind})


def what_now(state: str) -> str:
    """What a stuck state means for the decision."""
    if state == "in_doubt":
        return _("It may have gone out. Trying again could send it twice.")
    return _("It did not go through.")

"""English words and phrases that tell how somebody feels about a service: written for this, no other list behind them.

Forms of a word are found by its stem (`delay` finds `delayed`); a phrase goes before the words in it.
"""

GREAT = """
amazing, awesome, brilliant, brilliantly, excellent, exceptional, fantastic, flawless, flawlessly, incredible,
invaluable, love, magnificent, marvellous, outstanding, perfect, perfectly, phenomenal, superb, superbly, terrific,
wonderful, delighted, thrilled, exceeded, exceeds, best, five stars, 5 stars, first class, first-class, world class,
world-class, top notch, top-notch, second to none, extra mile, above and beyond, made my day, lifesaver, life saver,
highly recommend, strongly recommend, game changer, could not be happier, couldn't be happier, could not ask for more,
can't fault, cannot fault, impeccable, splendid, stellar, hats off, never let us down, never lets us down
"""
GOOD = """
good, great, nice, nicely, fine, glad, happy, pleased, satisfied, satisfying, satisfaction, content with, enjoy,
enjoyable, like it, like the, like how, like that you, we like, i like, helpful, help a lot, helps us, helped us,
helped me, friendly, kind, polite, patient, patience, courteous, professional, professionalism, competent,
knowledgeable, expert, experienced, attentive, caring, thoughtful, supportive, cooperative, proactive, responsive,
prompt, promptly, fast, quick, quickly, quicker, speedy, swift, swiftly, efficient, efficiently, timely, on time,
in time, punctual, easy, easily, easier, effortless, simple, straightforward, intuitive, user friendly, user-friendly,
clear, clearly, transparent, honest, fair, fairly priced, affordable, reasonable, reasonably priced, cheap,
good value, value for money, worth it, worth every, well worth, worth the, reliable, reliably, dependable, stable,
solid, robust, secure, smooth, smoothly, seamless, seamlessly, painless, hassle free, hassle-free, trouble free,
accurate, thorough, useful, valuable, effective, powerful, flexible, convenient, comfortable, clean, improved,
improvement over, better, much better, great improvement, getting better, solved, resolved, sorted, fixed it,
fixed quickly, works well, works great, works fine, works perfectly, just works, runs well, up and running, saves us,
saves me, saved us, saved me, saves time, time saver, thank you, thanks, thank, thx, cheers, grateful, appreciate,
appreciated, appreciation, kudos, well done, good job, great job, nice job, good work, great work, keep it up,
keep up, shout out, recommend, would recommend, trust, trusted, confident, confidence, peace of mind, impressed,
impressive, welcome, welcoming, pleasure, pleasant, lovely, warm, fun, favourite, favorite, superior, success,
successful, successfully, benefit, beneficial, gain, win, rely on you, can rely, in the loop, listened, listens to,
looked after, taken care, take care of us, takes care, cares about, knows our, understands our, as promised,
as agreed, as expected, well organised, well organized, organised, organized, well explained, explained well,
in one call, first time fix, at first attempt, in minutes, within minutes, straight away, right away, same day,
immediately, instantly, at once helped, problem solved, problem was solved, problem sorted, problem was sorted,
called back, called me back, called us back, to the point, step by step, nothing to complain, no complaints,
no complaint, no problems, no problem, no issues, no issue, no trouble, without any issue, without issue,
without any problem, without a hitch, cannot complain, can't complain, nothing but praise, not bad, long may it,
would not want to change, nothing to improve, 👍, 😀, 😃, 😄, 😊, 🙂, 😍, 🎉, 🙏, ❤, 💯, 👏, ⭐, ✅, :), :-)
"""
BAD = """
bad, badly, poor, poorly, slow, slowly, slower, laggy, sluggish, late, later than, delay, lag, wait, waiting for,
still waiting, been waiting, kept waiting, waited, on hold, overdue, took too long, takes too long, takes forever,
took forever, takes ages, took ages, far too long, too long, too late, hours late, days late, days ago, weeks ago,
hours to, days to get, weeks to, months to, weeks and, days and nobody, chase, chasing, chase you, remind you,
no response, no reply, no answer, no feedback, no update, no follow up, no follow-up, not answering, unanswered,
never answered, never replied, never called back, never call back, never heard back, never hears, never follows,
never arrives, never arrived, nobody called, nobody calls, nobody answers, nobody answered, nobody told, nobody tells,
nobody knows, nobody read, nobody warned, nobody came, nobody helps, no one, nobody seems, no help, no support,
no communication, no training, no handover, no documentation, no warning, no notice, without notice, without warning,
without asking, without telling, without fixing, without solving, without explanation, ignore, ignoring, ignored,
silence, radio silence, unresponsive, unreachable, hard to reach, difficult to reach, cannot reach, impossible,
broken, broke, break, broken again, does not work, doesn't work, did not work, didn't work, not working,
isn't working, is not working, still not, still no, still does not, still doesn't, still broken, stopped working,
stop working, won't work, won't load, won't open, would not load, does not load, cannot log, can't log, cannot print,
cannot open, can't open, cannot connect, can't connect, cannot use, can't use, cannot access, can't access,
cannot find, can't find, not accepted, not possible, error, bug, buggy, crash, freeze, froze, frozen, glitch, fault,
faulty, fail, failure, failing, outage, downtime, down again, went down, is down, was down, goes down, drops, dropped,
disconnect, line went dead, hung up, lost, lose, losing, missing, missed, incomplete, incorrect, inaccurate, wrong,
wrongly, mistake, out of date, outdated, dead link, broken link, old fashioned, unstable, unreliable, insecure,
problem, issue, trouble, troubles, concern, worried, worry, worrying, complaint, complain, complaining, unhappy,
dissatisfied, unsatisfied, disappointed, disappointing, disappointment, disappoint, frustrate, frustrating,
frustrated, frustration, annoy, annoying, annoyed, irritating, upset, angry, fed up, sick of, tired of, given up,
give up, gave up, stress, stressful, painful, a pain, nuisance, hassle, confuse, confusing, confused, unclear, vague,
complicated, complex, cumbersome, clunky, difficult, difficulty, hard to, hard work, tedious, time consuming,
time-consuming, awkward, unintuitive, not intuitive, overwhelming, expensive, too expensive, overpriced, pricey,
costly, costs too much, cost us, costs went up, price went up, prices went up, price increase, price rise,
too much money, overcharge, charged twice, double charged, hidden fee, hidden cost, extra charge, extra cost,
unexpected charge, not worth, money back, refund, want my money, cancel, cancelled, cancelling, cancellation,
leaving you, thinking of leaving, looking at alternatives, looking for alternatives, looking elsewhere,
considering alternatives, switching to, switch to, switch provider, move away, terminate, lock in, locked in,
locks us in, unfair, dishonest, misleading, misled, not what we, not what i, not as promised, not as described,
not delivered, was promised, were promised, had promised, although it was promised, promised but, promised and,
broken promise, empty promise, over promised, rude, impolite, unfriendly, unhelpful, not helpful, arrogant,
dismissive, condescending, incompetent, unprofessional, careless, sloppy, clueless, lazy, blame, excuse, excuses,
copied and pasted, copy and paste, generic answer, does not understand, doesn't understand, do not understand,
don't understand, no idea, no clue, explain again, explain everything again, explain the whole, repeat myself,
repeat ourselves, repeat everything, start over, start again from, again and again, over and over, yet again,
once again, third time, second time, fourth time, 2nd time, 3rd time, every time i, each time i, same problem,
same issue, keeps happening, happens again, happened again, recurring, reoccurring, passed around, pushed around,
sent around, from one person, new person, too many people, runaround, bounced between, takes ownership, no ownership,
unresolved, not resolved, not solved, not fixed, unsolved, not finished, unfinished, closed without, closed my ticket,
ticket was closed, lack, lacking, lacks, not enough, too few, too little, insufficient, inadequate, limited, mediocre,
underwhelming, below expectation, expected more, expected better, could be better, could be faster, could be a lot,
can be improved, should be better, needs improvement, need to improve, room for improvement, must improve, worse,
getting worse, decline, declining, went downhill, struggle, struggling, stuck, blocked, stranded, risk, threat,
useless, no use, of no use, pointless, waste, wasted, waste of, mess, messy, chaos, chaotic, ridiculous, joke, shame,
sad, sadly, unfortunately, regret, hate, dislike, fear, doubt, lost confidence, lost trust, no confidence, no trust,
regrettably, do not see what we get, hear from you only, hear from you when, only hear from you,
only when the invoice, only when you want, good luck, too slow, too complicated, too complex, too hard, too difficult,
too many, too much, so called support, what happened, where is my, why is it, why can't, how long, fix this,
please fix, urgent, escalate, escalation, noisy, dirty, ugly, weak, wait times, avoid, avoids it, unusable,
not usable, unable, fell through, fall through, neglected, forgot, forgotten, overlooked,
👎, 😞, 😠, 😡, 😢, 🙁, ☹, 😤, 💔,
❌, :(, :-(
"""
AWFUL = """
awful, terrible, terribly, horrible, horribly, horrendous, dreadful, appalling, abysmal, atrocious, disgraceful,
disgusting, disaster, disastrous, catastrophe, catastrophic, nightmare, worst, hell, pathetic, scam, fraud, lie, lied,
liar, cheated, unacceptable, intolerable, inexcusable, outrageous, shocking, furious, livid, never again, stay away,
waste of time, waste of money, rip off, rip-off, ripoff, garbage, rubbish, trash, crap, bullshit, wtf, lawyer,
legal action, data loss, lost data, lost our data, breach, leaving, zero stars, one star, worst ever
"""
# Neither, though a stem or a part of it would say so.
NEITHER = """
please, like to, would like, look like, looks like, good morning, good afternoon, good evening, best regards,
kind regards, best wishes, kind of, thanks in advance, issue number, no rush, waiting room, risk register,
nothing to add, wait list, late shift, warm regards, help desk, helpdesk, fast lane, quick question, quick start,
welcome pack, fine print, break room, no need, as well, as well as, win 10, win 11, fun fact, trust centre,
benefit plan, like a, risk assessment, error message, problem management, issue tracker, incident, fair use,
clean desk, in time for
"""
NEGATORS = """
not, no, never, none, nobody, nothing, neither, nor, without, hardly, barely, scarcely, rarely, seldom, cannot, cant,
can't, don't, dont, doesn't, doesnt, didn't, didnt, isn't, isnt, wasn't, wasnt, aren't, arent, weren't, won't, wont,
wouldn't, couldn't, shouldn't, haven't, hasn't, hadn't, ain't, far from, anything but, no longer, free of, instead of,
less, nowhere near, to be desired, failed to, fail to, fails to
"""
STRONGER = {
    "very": 1.3, "really": 1.3, "so": 1.2, "extremely": 1.6, "incredibly": 1.5, "super": 1.4, "absolutely": 1.5,
    "totally": 1.4, "completely": 1.4, "highly": 1.4, "always": 1.2, "truly": 1.3, "particularly": 1.2,
    "especially": 1.2, "too": 1.3, "far too": 1.5, "way too": 1.5, "utterly": 1.5, "constantly": 1.3, "deeply": 1.4,
}  # fmt: skip
WEAKER = {
    "a bit": 0.6, "a little": 0.6, "slightly": 0.6, "somewhat": 0.7, "quite": 0.9, "fairly": 0.8, "rather": 0.8,
    "sometimes": 0.7, "occasionally": 0.6, "kind of": 0.7, "sort of": 0.7, "mostly": 0.9, "a few": 0.8,
}  # fmt: skip
TURNS = "but, however, although, though, yet, except, still, nevertheless, unfortunately, until, then"

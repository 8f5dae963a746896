"""The invented names and sentences of the demo."""

FIRST = """
Amara Anders Beatriz Chen Daniel Elif Farid Greta Hana Ingrid Jonas Katarina Liam Mei Nadia Oskar Priya
Quentin Rosa Sven Tariq Ursula Viktor Wanda Xiu Yusuf Zofia Aiko Bruno Clara Diego Emma Felix Giulia Henrik
Ines Jakub Leila Marco Nora Omar Paula Rafael Sofia Thomas Uma Valeria Willem Yara Adam
""".split()
LAST = """
Almeida Berg Chen Dubois Eriksen Fischer Garcia Hoffmann Ivanova Jansen Kowalski Larsen Moreau Novak Okafor
Petrov Quist Rossi Schmidt Tanaka Urban Vogel Wagner Xu Yilmaz Zhang Andersen Becker Costa Duarte Engel
Ferrari Gruber Haas Ito Jung Keller Lindqvist Meyer Nilsson Olsen Pereira Richter Silva Takahashi Unger Vega
Weber Young Zeller
""".split()
COMPANY = """
Adler Baltic Cedar Delta Elbe Fjord Granite Harbour Iris Juniper Kestrel Lumen Meridian Nordic Orchard Pioneer
Quarry Rivera Summit Tidal Umbra Vantage Willow Xenon Yarrow Zenith Alpine Beacon Copper Dune Ember Foundry
Glacier Heron Ivory Jasper Kite Larch Mosaic Nimbus
""".split()
TRADE = [
    ("Logistics", "Transport"),
    ("Clinics", "Health"),
    ("Foods", "Food"),
    ("Legal", "Law"),
    ("Engineering", "Engineering"),
    ("Media", "Media"),
    ("Properties", "Real estate"),
    ("Components", "Manufacturing"),
    ("Insurance", "Insurance"),
    ("Schools", "Education"),
]
TITLE = {
    "decision_maker": ["Managing director", "Chief financial officer", "Head of operations"],
    "champion": ["IT manager", "Operations lead", "Office manager"],
    "end_user": ["Accountant", "Team assistant", "Dispatcher", "Project lead", "Nurse", "Engineer"],
}
SUBJECT = [
    "Cannot print from the second floor",
    "VPN drops every afternoon",
    "New starter needs an account",
    "Shared folder is read-only",
    "Laptop does not wake up",
    "Mail arrives with a delay",
    "Two-factor code is not accepted",
    "Backup report shows a warning",
    "Phone system: no inbound calls",
    "Licence for the drawing program",
    "Invoice shows the wrong seats",
    "Wi-Fi in the warehouse is slow",
    "Phishing mail reported by a colleague",
    "Screen sharing freezes",
    "Access for an external auditor",
]
GOOD = [
    "Quick and friendly, thank you.",
    "Solved in one call.",
    "Great explanation, I could do the last step myself.",
    "As always very helpful.",
    "The follow-up the next day was a nice touch.",
    "",
    "",
    "",
]
MIDDLING = ["It works now, but it took three mails.", "Fine, a bit slow.", "", ""]
BAD = [
    "Third time this month, and nobody tells us why.",
    "I waited two days for an answer.",
    "Closed without asking me. It still does not work.",
    "We had to explain everything again to a new person.",
    "Nobody called back although it was promised.",
]
NPS_GOOD = ["We rely on you every day.", "The quarterly review was really useful.", "Would not want to change.", "", ""]
NPS_BAD = [
    "Costs went up and we do not see what we get for it.",
    "Too many open issues for too long.",
    "We hear from you only when the invoice comes.",
]
# What the same people say whose language is Chinese.
CHINESE = {
    "Quick and friendly, thank you.": "又快又热情，谢谢。",
    "Solved in one call.": "一个电话就解决了。",
    "Great explanation, I could do the last step myself.": "讲解得很清楚，最后一步我自己就能完成。",
    "As always very helpful.": "一如既往地很有帮助。",
    "The follow-up the next day was a nice touch.": "第二天还主动回访，很贴心。",
    "It works now, but it took three mails.": "现在好了，但是来回发了三封邮件。",
    "Fine, a bit slow.": "还行，就是有点慢。",
    "Third time this month, and nobody tells us why.": "这个月已经第三次了，没有人告诉我们原因。",
    "I waited two days for an answer.": "等了两天才有人回复，太慢了。",
    "Closed without asking me. It still does not work.": "没问我就关单了，问题还是没有解决。",
    "We had to explain everything again to a new person.": "又换了一个人，我们只好从头再解释一遍。",
    "Nobody called back although it was promised.": "说好回电话，却一直没有人打来，很失望。",
    "We rely on you every day.": "我们每天都离不开你们。",
    "The quarterly review was really useful.": "季度回顾非常有用。",
    "Would not want to change.": "不想换成别家。",
    "Costs went up and we do not see what we get for it.": "费用涨了，却看不到多了什么价值。",
    "Too many open issues for too long.": "太多问题拖了太久。",
    "We hear from you only when the invoice comes.": "只有寄账单的时候才想起我们。",
}
TOUCH = {
    "call": ["Checked how the new starters are getting on", "Talked through last month's tickets", "Renewal outlook"],
    "meeting": ["Quarterly planning", "Walk through of the security report", "On-site visit with the team leads"],
    "email": ["Sent the usage summary", "Shared the roadmap for next quarter", "Answered questions about licences"],
    "chat": ["Quick question about shared mailboxes", "Confirmed the maintenance window"],
}
ACTION = [
    "Replace the switches in the warehouse",
    "Train the new office managers",
    "Agree a response time for finance tickets",
    "Remove unused licences",
    "Test the restore of the file server",
    "Introduce the new champion to the service desk",
]
COMMENTARY = {
    "summary": "A steady quarter. The new offices are on board and the service desk sees fewer repeat calls.",
    "outcomes": "Two of three goals are reached; the move of the file server is planned for next quarter.",
    "risks": "The finance team feels the response times. We agreed weekly check-ins until it is better.",
}

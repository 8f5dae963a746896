"""What an e-mail address says by itself."""

import re

# Anybody can have an address here, so the domain says nothing about the company.
FREE_MAIL = frozenset(
    """
    126.com 139.com 163.com aim.com aliyun.com aol.com bigpond.com bluewin.ch bt.com btinternet.com comcast.net
    cox.net duck.com email.com fastmail.com fastmail.fm foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com
    gmx.de gmx.net googlemail.com hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr hotmail.it
    hushmail.com icloud.com inbox.com inbox.ru laposte.net libero.it list.ru live.co.uk live.com live.de live.fr
    live.nl mac.com mail.com mail.de mail.ru mailbox.org me.com msn.com naver.com ntlworld.com online.de orange.fr
    outlook.com outlook.de outlook.es outlook.fr pm.me posteo.de proton.me protonmail.com qq.com rediffmail.com
    rocketmail.com seznam.cz sfr.fr sina.cn sina.com sky.com sohu.com t-online.de terra.com.br tiscali.it tuta.com
    tutanota.com uol.com.br verizon.net virgilio.it virginmedia.com vip.163.com vip.qq.com wanadoo.fr web.de wp.pl
    xtra.co.nz yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.com.tw yahoo.de yahoo.es
    yahoo.fr yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com
    """.split()
)

# Mailboxes that no person answers, or that would answer for nobody in particular.
_ROLE = re.compile(
    r"(no|do[-_.]?not)[-_.]?reply.*|postmaster|mailer[-_.]?daemon|bounces?|abuse|hostmaster|webmaster|root|daemon"
    r"|nobody|alerts?|notifications?|monitoring|mail|newsletter|unsubscribe"
)


def domain_of(address: str) -> str:
    """The part after the last `@`, in lower case; empty when there is none."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address at `domain`."""
    return domain.lower() in FREE_MAIL


def is_role(address: str) -> bool:
    """Whether the address belongs to a function or a machine rather than to a person."""
    return _ROLE.fullmatch(address.rpartition("@")[0].partition("+")[0].strip().lower()) is not None

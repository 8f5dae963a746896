"""What an e-mail address says by itself."""

import re

# Anybody can have an address here, so the domain says nothing about the company.
FREE_MAIL = frozenset(
    """
    012.net.il 10minutemail.com 126.com 139.com 163.com 188.com 189.cn 1und1.de 21cn.com abv.bg aim.com alice.it
    aliceadsl.fr aliyun.com aol.com aol.de aol.fr aon.at arcor.de att.net azet.sk bbox.fr bell.net bellsouth.net
    biglobe.ne.jp bigmir.net bigpond.com bigpond.net.au bk.ru bluewin.ch blueyonder.co.uk bol.com.br bredband.net
    bt.com btinternet.com btopenworld.com casema.nl centrum.cz charter.net chello.at citromail.hu club-internet.fr
    cogeco.ca comcast.net comhem.se cox.net daum.net docomo.ne.jp drei.at duck.com earthlink.net email.com email.cz
    email.de europe.com excite.co.jp excite.com ezweb.ne.jp fastmail.com fastmail.fm fastwebnet.it foxmail.com
    free.fr freemail.hu freenet.de frontier.com globo.com globomail.com gmail.com gmx.at gmx.ch gmx.com gmx.de
    gmx.eu gmx.net gmx.us goo.jp googlemail.com guerrillamail.com hanmail.net hetnet.nl hey.com hinet.net hispeed.ch
    home.nl hotmail.be hotmail.ch hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl
    hushmail.com i.softbank.jp i.ua icloud.com ig.com.br iinet.net.au inbox.com inbox.ru indiatimes.com interia.pl
    internet.ru inwind.it iol.it juno.com kabelmail.de kakao.com keemail.me kpnmail.nl laposte.net libero.it list.ru
    live.be live.ca live.co.uk live.com live.com.au live.de live.dk live.fr live.it live.nl live.no live.se
    luukku.com lycos.com mac.com mail.bg mail.com mail.de mail.dk mail.ru mail.telepac.pt mailbox.org mailinator.com
    me.com meta.ua mindspring.com movistar.es msn.com mweb.co.za myyahoo.com nate.com naver.com netvigator.com
    netzero.net neuf.fr nifty.com ntlworld.com numericable.fr o2.pl ocn.ne.jp oi.com.br onet.pl online.de online.no
    ono.com op.pl optonline.net optusnet.com.au orange.fr outlook.com outlook.com.br outlook.de outlook.es
    outlook.fr outlook.it outlook.jp passport.com pchome.com.tw planet.nl pm.me poczta.onet.pl post.com post.cz
    posteo.de posteo.net prodigy.net.mx proton.me protonmail.ch protonmail.com proximus.be qq.com rambler.ru
    rediffmail.com roadrunner.com rocketmail.com rogers.com rr.com sapo.pt sbcglobal.net seed.net.tw seznam.cz
    sfr.fr shaw.ca sify.com sina.cn sina.com sky.com skynet.be softbank.ne.jp sohu.com spray.se stofanet.dk
    sunrise.ch suomi24.fi sympatico.ca t-online.de talktalk.net tdcadsl.dk telefonica.net telenet.be telia.com
    telkomsa.net telus.net temp-mail.org terra.com.br terra.es tin.it tiscali.co.uk tiscali.it tom.com tpg.com.au
    trashmail.com tuta.com tuta.io tutamail.com tutanota.com tutanota.de twc.com ukr.net uol.com.br upcmail.nl
    usa.com verizon.net videotron.ca vip.126.com vip.163.com vip.qq.com vip.sina.com vip.sohu.com virgilio.it
    virginmedia.com vodafone.de vodamail.co.za volny.cz walla.co.il walla.com wanadoo.fr web.de webmail.co.za
    windowslive.com windstream.net wo.cn wp.pl xs4all.nl xtra.co.nz ya.ru yahoo.ca yahoo.co.id yahoo.co.in
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx yahoo.com.ph
    yahoo.com.sg yahoo.com.tw yahoo.com.vn yahoo.de yahoo.es yahoo.fr yahoo.gr yahoo.ie yahoo.in yahoo.it yahoo.pl
    yahoo.ro yahoo.se yandex.by yandex.com yandex.kz yandex.ru yandex.ua yeah.net ymail.com yopmail.com ziggo.nl
    zoho.com zohomail.com zohomail.eu zoznam.sk
    """.split()
)

# Mailboxes that no person answers, or that would answer for nobody in particular.
ROLES = (  # of the part before the `@`; PostgreSQL reads it, too
    r"(no|do[-_.]?not)[-_.]?reply.*|postmaster|mailer[-_.]?daemon|bounces?|abuse|hostmaster|webmaster|root|daemon"
    r"|nobody|alerts?|notifications?|monitoring|mail|newsletter|unsubscribe"
)
_ROLE = re.compile(ROLES)


def domain_of(address: str) -> str:
    """The part after the last `@`, in lower case; empty when there is none."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def is_free_mail(domain: str) -> bool:
    """Whether anybody can have an address at `domain`."""
    return domain.lower() in FREE_MAIL


def is_role(address: str) -> bool:
    """Whether the address belongs to a function or a machine rather than to a person."""
    return _ROLE.fullmatch(address.rpartition("@")[0].partition("+")[0].strip().lower()) is not None

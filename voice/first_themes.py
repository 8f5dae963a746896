"""The themes that every workspace starts with; from then on they are its own to change."""

from typing import Any

from django.utils.translation import gettext_lazy as _

FIRST = (
    (
        _("Response time"),
        "response time, reply, answer, respond, wait, waiting, on hold, delay, late, slow to, turnaround, called back, "
        "call back, callback, get back to, chase, hours, overdue, prompt, quick, fast, took too long",
        "响应, 回复, 回覆, 答复, 等了, 等待, 等太久, 太久, 迟迟, 速度, 及时, 回电话, 没人理, 催",
    ),
    (
        _("Communication"),
        "communication, communicate, keep us informed, informed, update us, in the loop, told us, tells us, tell us, "
        "nobody told, explain, explanation, follow up, follow-up, feedback, hear from you, clear answer, listen",
        "沟通, 溝通, 通知, 告知, 解释, 说明, 跟进, 主动联系, 反馈, 没有消息",
    ),
    (
        _("Quality of the fix"),
        "fix, fixed, solve, solved, resolve, resolved, unresolved, solution, workaround, closed without, came back, "
        "still broken, again and again, third time, second time, same problem, root cause, in one call",
        "解决, 修复, 修好, 处理问题, 又坏, 反复, 第二次, 第三次, 根本原因, 没解决, 工单关",
    ),
    (
        _("Product and features"),
        "product, feature, function, app, interface, screen, report, dashboard, search, export, integration, mobile, "
        "usability, easy to use, intuitive, complicated, workflow, version, release, update, upgrade",
        "产品, 功能, 界面, 介面, 报表, 搜索, 搜尋, 导出, 接口, 整合, 操作, 易用, 复杂, 版本, 更新, 升级, 新版",
    ),
    (
        _("Reliability and speed"),
        "reliable, reliability, unreliable, stable, unstable, outage, downtime, crash, freeze, down again, went down, "
        "performance, slow app, loading, lag, timeout, disconnect, drops, error, bug, backup, data loss, wi-fi, vpn",
        "稳定, 可靠, 故障, 宕机, 当机, 崩溃, 闪退, 卡顿, 加载, 掉线, 报错, 错误, 漏洞, 备份, 数据丢失, 性能",
    ),
    (
        _("Price and contract"),
        "price, pricing, cost, expensive, cheap, fee, contract, renewal, renew, discount, value for money, quote, "
        "licence, license, terms, notice period, budget, what we get for it",
        "价格, 價錢, 费用, 涨价, 贵, 便宜, 合同, 合约, 续费, 续约, 折扣, 条款, 收费, 性价比, 预算",
    ),
    (
        _("Billing"),
        "invoice, billing, bill, charge, charged, overcharged, payment, refund, credit note, direct debit, receipt",
        "发票, 账单, 帐单, 扣费, 付款, 退款, 多收, 对账, 收据",
    ),
    (
        _("Onboarding and training"),
        "onboarding, onboard, implementation, setup, set up, migration, rollout, go live, go-live, kick-off, training, "
        "train, handover, documentation, manual, guide, tutorial, video, webinar, new starter",
        "上线, 实施, 部署, 迁移, 培训, 教程, 文档, 手册, 交接, 入门, 上手, 新人",
    ),
    (
        _("Staff and attitude"),
        "staff, team, technician, engineer, agent, people, friendly, polite, rude, attitude, helpful, unhelpful, kind, "
        "patient, professional, unprofessional, knowledgeable, competent, new person",
        "态度, 客服, 工程师, 技术人员, 窗口, 员工, 团队, 耐心, 礼貌, 热情, 专业, 负责, 推脱, 敷衍",
    ),
    (
        _("Account care"),
        "account manager, customer success, our contact, point of contact, quarterly review, qbr, business review, "
        "review meeting, look after, looked after, ideas, proactive, partner, only when, contact person",
        "客户经理, 客户成功, 对接人, 联系人, 季度, 回访, 拜访, 主动, 合作, 伙伴",
    ),
    (
        _("Security and access"),
        "security, secure, password, login, log in, sign in, two-factor, mfa, access, permission, phishing, privacy, "
        "gdpr, audit",
        "安全, 密码, 登录, 登入, 权限, 验证码, 隐私, 钓鱼, 审计",
    ),
)  # fmt: skip


def themes() -> list[dict[str, Any]]:
    """Name and words of each, in the language of whoever founds the workspace."""
    return [{"name": str(name), "words": {"en": _split(en), "zh": _split(zh)}} for name, en, zh in FIRST]


def _split(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split(",")]

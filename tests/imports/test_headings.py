"""What is guessed of files by their headers, as other systems export them."""

import pytest

from imports.headings import kind_of, mapping_of, source_of

# headers, kind, source, and the fields that columns become which are easily missed
FILES = {
    "HubSpot's companies": ("Record ID,Company name,Website URL,Company owner", "accounts", "hubspot", {
        "Record ID": "external_id", "Company owner": "owner",
    }),
    "HubSpot's tickets": ("Ticket ID,Ticket name,Ticket status,Create date,Close date,Ticket owner,Associated Company",
        "tickets", "hubspot", {"Ticket name": "subject", "Ticket owner": "agent_name"}),
    "HubSpot's calls": ("Record ID,Activity type,Activity date,Call notes,Call outcome,Associated Company",
        "touchpoints", "hubspot", {"Call notes": "summary", "Activity date": "at"}),
    "Salesforce's report of cases": ("Case Number,Subject,Status,Account Name,Date/Time Opened,Case Owner", "tickets",
        "salesforce", {"Date/Time Opened": "opened_at", "Case Owner": "agent_name"}),
    "Salesforce's accounts by API": ("Id,Name,Owner.Email,Parent.Name,Website,ARR__c", "accounts", "salesforce", {
        "Owner.Email": "owner", "Parent.Name": "parent", "ARR__c": "arr",
    }),
    "Salesforce's cases by API": ("Id,CaseNumber,AccountId,Subject,Status,CreatedDate,ClosedDate,Owner.Name", "tickets",
        "salesforce", {"AccountId": "account_id", "CaseNumber": "number", "Owner.Name": "agent_name"}),
    "Salesforce's contracts by API": ("Id,AccountId,ContractNumber,StartDate,EndDate", "contracts", "salesforce", {
        "ContractNumber": "name",
    }),
    "Zendesk's tickets": ("Summation column,Id,Requester,Requester email,Assignee,Subject,Tags,Status,Created at,"
        "Organization,Solved at", "tickets", "zendesk", {"Tags": "tags", "Solved at": "closed_at"}),
    "a view of Zendesk": ("ID,Requester,Subject,Status,Requested,Assignee,Organization,Solved", "tickets", "zendesk", {
        "Requested": "opened_at", "Solved": "closed_at",
    }),
    "ConnectWise's tickets": ("Ticket #,Company Name,Summary,Status,Date Entered,Date Closed", "tickets", "", {
        "Ticket #": "external_id", "Date Entered": "opened_at", "Date Closed": "closed_at",
    }),
    "ConnectWise by its API": ("id,summary,status.name,company.name,_info.dateEntered,_info.lastUpdated", "tickets", "",
        {"_info.dateEntered": "opened_at", "_info.lastUpdated": "updated_at"}),
    "Freshdesk's tickets": ("Ticket ID,Subject,Status,Created time,Closed time,Tags,Email,Company Name", "tickets", "",
        {"Created time": "opened_at", "Closed time": "closed_at", "Tags": "tags"}),
    "Jira's issues": ("Summary,Issue key,Issue id,Issue Type,Status,Created,Resolved,Labels", "tickets", "", {
        "Issue id": "external_id", "Issue key": "number", "Resolved": "closed_at", "Labels": "tags",
    }),
    "nobody's": ("Id,Name,Email,Account id", "contacts", "", {"Account id": "account_id"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_its_headers(name):
    said, kind, source, wanted = FILES[name]
    headers = said.split(",")
    assert (kind_of(headers), source_of(headers)) == (kind, source)
    columns = dict(zip(headers, mapping_of(headers, kind), strict=True))
    assert {header: columns[header] for header in wanted} == wanted

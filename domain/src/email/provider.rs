//! Who takes mail for a domain, by the names of its mail servers.

/// What kind of service stands behind a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// It holds mailboxes.
    Mailboxes,
    /// It filters mail for an organisation large enough to pay for that.
    Gateway,
    /// It forwards to a mailbox elsewhere.
    Forwarder,
    /// It hides a person's real address behind one of its own.
    Relay,
    /// It holds domains for sale and reads no mail.
    Parking,
}

/// A service that is known by its mail servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailProvider {
    /// A stable name.
    pub name: &'static str,
    /// What it does.
    pub kind: ProviderKind,
}

/// Google's name for organisations; its free mailboxes have the same servers.
pub const GOOGLE: &str = "google_workspace";

use ProviderKind::{Forwarder, Gateway, Mailboxes, Parking, Relay};

/// Suffixes of mail hosts, cut at a label, and the service each belongs to.
const SUFFIXES: [(&str, &str, ProviderKind); 66] = [
    ("aspmx.l.google.com", GOOGLE, Mailboxes),
    ("gmail-smtp-in.l.google.com", GOOGLE, Mailboxes),
    ("googlemail.com", GOOGLE, Mailboxes),
    ("smtp.google.com", GOOGLE, Mailboxes),
    ("olc.protection.outlook.com", "outlook", Mailboxes),
    ("protection.outlook.com", "microsoft_365", Mailboxes),
    ("mx.microsoft", "microsoft_365", Mailboxes),
    ("protection.partner.outlook.cn", "microsoft_365", Mailboxes),
    ("zoho.com", "zoho", Mailboxes),
    ("zoho.eu", "zoho", Mailboxes),
    ("zoho.in", "zoho", Mailboxes),
    ("zohomail.com", "zoho", Mailboxes),
    ("yandex.net", "yandex", Mailboxes),
    ("yandex.ru", "yandex", Mailboxes),
    ("protonmail.ch", "proton", Mailboxes),
    ("messagingengine.com", "fastmail", Mailboxes),
    ("mail.icloud.com", "icloud", Mailboxes),
    ("yahoodns.net", "yahoo", Mailboxes),
    ("mail.ru", "mail_ru", Mailboxes),
    ("qq.com", "tencent", Mailboxes),
    ("mxhichina.com", "alibaba", Mailboxes),
    ("gmx.net", "gmx", Mailboxes),
    ("web.de", "web_de", Mailboxes),
    ("t-online.de", "t_online", Mailboxes),
    ("mailbox.org", "mailbox_org", Mailboxes),
    ("posteo.de", "posteo", Mailboxes),
    ("tutanota.de", "tuta", Mailboxes),
    ("migadu.com", "migadu", Mailboxes),
    ("runbox.com", "runbox", Mailboxes),
    ("secureserver.net", "godaddy", Mailboxes),
    ("emailsrvr.com", "rackspace", Mailboxes),
    ("titan.email", "titan", Mailboxes),
    ("privateemail.com", "namecheap", Mailboxes),
    ("kundenserver.de", "ionos", Mailboxes),
    ("1and1.com", "ionos", Mailboxes),
    ("ionos.com", "ionos", Mailboxes),
    ("ovh.net", "ovh", Mailboxes),
    ("gandi.net", "gandi", Mailboxes),
    ("strato.de", "strato", Mailboxes),
    ("rzone.de", "strato", Mailboxes),
    ("hostinger.com", "hostinger", Mailboxes),
    ("infomaniak.ch", "infomaniak", Mailboxes),
    ("one.com", "one_com", Mailboxes),
    ("amazonaws.com", "amazon_ses", Mailboxes),
    ("mailgun.org", "mailgun", Mailboxes),
    ("sendgrid.net", "sendgrid", Mailboxes),
    ("mimecast.com", "mimecast", Gateway),
    ("pphosted.com", "proofpoint", Gateway),
    ("ppe-hosted.com", "proofpoint", Gateway),
    ("barracudanetworks.com", "barracuda", Gateway),
    ("iphmx.com", "ironport", Gateway),
    ("messagelabs.com", "messagelabs", Gateway),
    ("trendmicro.com", "trend_micro", Gateway),
    ("trendmicro.eu", "trend_micro", Gateway),
    ("hornetsecurity.com", "hornetsecurity", Gateway),
    ("antispameurope.com", "hornetsecurity", Gateway),
    ("sophos.com", "sophos", Gateway),
    ("fireeyecloud.com", "trellix", Gateway),
    ("mx.cloudflare.net", "cloudflare_routing", Forwarder),
    ("improvmx.com", "improvmx", Forwarder),
    ("forwardemail.net", "forwardemail", Forwarder),
    ("registrar-servers.com", "namecheap_forwarding", Forwarder),
    ("simplelogin.co", "simplelogin", Relay),
    ("park-mx.above.com", "above", Parking),
    ("mailerhost.net", "above", Parking),
    ("parkingcrew.net", "parkingcrew", Parking),
];

/// Returns the service that a mail host belongs to, or `None` when it is nobody well known.
///
/// A suffix counts from a label on: `notmimecast.com` is not Mimecast (VALIDATION §2).
#[must_use]
pub fn mail_provider(host: &str) -> Option<MailProvider> {
    let belongs = |suffix: &str| {
        host.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // Google's older hosts are aspmx2.googlemail.com and so on; the first match is the closest.
    let found = SUFFIXES.iter().find(|(suffix, ..)| belongs(suffix));
    found.map(|(_, name, kind)| MailProvider { name, kind: *kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_belong_from_a_label_on() {
        let name = |host| mail_provider(host).map_or("", |provider| provider.name);
        assert_eq!(name("alt1.aspmx.l.google.com"), GOOGLE);
        assert_eq!(name("acme-co.mail.protection.outlook.com"), "microsoft_365");
        assert_eq!(name("hotmail-com.olc.protection.outlook.com"), "outlook");
        assert_eq!(name("eu-smtp-inbound-1.mimecast.com"), "mimecast");
        assert_eq!(name("notmimecast.com"), "");
        assert_eq!(name("mx.acme.co"), "");
    }
}

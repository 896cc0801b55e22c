//! What columns are called: in the files of other tools, and by people who make their own.

use super::mapping::Target;

/// Headings and what they mean, letters and digits in lower case. Of Google Contacts, Outlook, LinkedIn,
/// Apple, HubSpot, Salesforce, Pipedrive, Mailchimp and Meta lead forms, and of lists that people keep.
const HEADINGS: &[(Target, &str)] = &[
    (
        Target::Name,
        "name fullname contactname displayname fileas personname leadname nombrecompleto nomcomplet vollstandigername nameundvorname ansprechpartner contact contactperson",
    ),
    (
        Target::FirstName,
        "firstname givenname first vorname prenom prénom nombre voornaam imie imię personfirstname förnamn fornavn keresztnév",
    ),
    (
        Target::LastName,
        "lastname surname familyname last nachname apellido apellidos cognome achternaam nazwisko personlastname efternamn etternavn sobrenome nomdefamille familienname",
    ),
    (
        Target::Email,
        "email emailaddress primaryemail mail emailadresse emailaddresses mailadresse mailaddress workemail businessemail personemail personemailwork email1value email1address emailwork correo correoelectronico correoelectrónico courriel adressemail adresseemail indirizzoemail posta emailhome homeemail contactemail email1adresse eposta epost",
    ),
    (
        Target::OtherEmail,
        "email2value email2address email2adresse email3value email3address email3adresse email4value email5value secondaryemail additionalemails otheremail personalemail personemailhome personemailother alternateemail emailother privatemail",
    ),
    (
        Target::Phone,
        "phone phonenumber telephone telefon tel telefonnummer businessphone workphone workphonenumber personphone personphonework phone1value phonework telefono teléfono téléphone telefoon telefone numerodetelephone directphone rufnummer primaryphone contactphone telnr telefongeschäftlich",
    ),
    (
        Target::OtherPhone,
        "mobilephone mobilephonenumber mobile mobil handy cell cellphone homephone phone2value phone3value phone4value phone5value otherphone mobiltelefon telefonprivat telefon2 iphone personphonemobile personphonehome phonemobile phonehome movil móvil portable cellulare gsm mobilnummer handynummer companymainphone",
    ),
    (
        Target::Company,
        "company companyname organization organisation account accountname firma firmenname unternehmen organizationname organization1name personorganization organizationname1 associatedcompany primaryassociatedcompany empresa societe société entreprise azienda bedrijf employer betrieb leadorganization companyaccount",
    ),
    (
        Target::JobTitle,
        "jobtitle title position organizationtitle organization1title jobposition funktion cargo puesto poste fonction ruolo functie headline contacttitle",
    ),
    (Target::Role, "role rolle buyingrole"),
    (
        Target::CompanySize,
        "companysize numberofemployees employees numberofemployeesrange mitarbeiter mitarbeiterzahl anzahlmitarbeiter effectif empleados headcount",
    ),
    (Target::Industry, "industry branche sector secteur industria"),
    (
        Target::Country,
        "country countryregion countrycode land address1country businesscountryregion businesscountry homecountry mailingcountry billingcountry pais país pays paese kraj país1 countryname ipcountry landregiongeschäftlich landregion",
    ),
    (Target::Need, "need message nachricht comments inquiry enquiry anfrage mensaje"),
    (Target::Timing, "timing timeline timeframe"),
    (Target::Stage, "stage lifecyclestage leadstage status leadstatus phase"),
    (
        Target::CapturedAt,
        "capturedat createdate created createddate createdat createdon createdtime optintime connectedon datecreated leadcreated leadleadcreated personpersoncreated addtime dateadded erstelltam angelegtam signupdate subscribedat submittedat timestamp fecha datum",
    ),
    (
        Target::Consent,
        "consent optin emailoptin marketingconsent newsletter einwilligung marketingemailconsent subscribed emailmarketingstatus consentstatus marketingemails gdprconsent personmarketingstatus marketingstatus emailconsent",
    ),
    (
        Target::OptedOut,
        "emailoptout hasoptedoutofemail optedout optout unsubscribed unsubscribedfromallemail donotemail optedoutofemail donotcontact nomail keinemails",
    ),
    (
        Target::Source,
        "originalsource originaltrafficsource originalsourcetype leadsource source herkunft quelle origin latestsource firsttouchsource leadsourcetype",
    ),
    (Target::UtmSource, "utmsource originalsourcedrilldown1utm"),
    (Target::UtmMedium, "utmmedium"),
    (Target::UtmCampaign, "utmcampaign campaign campaignname"),
    (Target::UtmTerm, "utmterm"),
    (Target::UtmContent, "utmcontent"),
    (Target::PageUrl, "pageurl firstpageseen landingpage conversionpage"),
    (Target::PageTitle, "pagetitle"),
    (Target::Referrer, "referrerhost referrer firstreferringsite"),
    (
        Target::Note,
        "note notes notiz notizen bemerkung bemerkungen anmerkung anmerkungen description kommentar kommentare remarque remarques notas observaciones beschreibung comment",
    ),
    (
        Target::Nothing,
        "id recordid memberrating leid euid gmtoff dstoff photo email1type email2type email1label email2label phone1label phone1type phone2label phone2type emaildisplayname email2displayname emailtype",
    ),
];

/// Returns a heading in letters and digits alone, in lower case.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns what a heading means, if it is known.
pub fn meaning(heading: &str) -> Option<Target> {
    let name = plain(heading);
    // HubSpot has a column for each kind of mail: `Opted out of email: Marketing Information`.
    if name.starts_with("optedoutofemail") {
        return Some(Target::OptedOut);
    }
    let knows = |(_, names): &&(Target, &str)| names.split(' ').any(|known| known == name);
    HEADINGS.iter().find(knows).map(|(target, _)| *target).filter(|_| !name.is_empty())
}

/// Returns whether any tool calls a column that.
pub fn is_known_heading(heading: &str) -> bool {
    meaning(heading).is_some()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_heading_has_two_meanings() {
        let mut seen = BTreeSet::new();
        for name in HEADINGS.iter().flat_map(|(_, names)| names.split(' ')) {
            assert!(seen.insert(name), "{name}");
            assert_eq!(plain(name), name);
        }
    }

    #[test]
    fn headings_of_other_tools_are_known() {
        for (heading, target) in [
            ("E-mail 1 - Value", Target::Email),
            ("E-mail 2 Address", Target::OtherEmail),
            ("Organization Name", Target::Company),
            ("Person - Email - Work", Target::Email),
            ("Business Country/Region", Target::Country),
            ("HasOptedOutOfEmail", Target::OptedOut),
            ("Original Source", Target::Source),
            ("Téléphone", Target::Phone),
            ("Connected On", Target::CapturedAt),
            ("Vorname", Target::FirstName),
        ] {
            assert_eq!(meaning(heading), Some(target), "{heading}");
        }
        assert_eq!((meaning("Shoe size"), meaning(" ")), (None, None));
    }
}

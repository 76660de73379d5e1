package main

import (
	"net/http"
	"strings"

	"aanspreekpunt/shared/directory"
	"aanspreekpunt/shared/dynamo"
	"aanspreekpunt/shared/site"
)

// operator is who runs this installation, as its pages say it. What is empty is not told.
type operator struct {
	administrators  string // mail address of those who link organisations
	controller      string // who is responsible for the personal data, with their address
	privacyEmail    string // of the data protection officer
	securityContact string // https: or mailto: address for reports of security problems
	logDays         string // how many days logs are kept
}

func operatorOf(getenv func(string) string) operator {
	return operator{getenv("ADMINISTRATOR_EMAIL"), getenv("CONTROLLER"), getenv("PRIVACY_EMAIL"), getenv("SECURITY_CONTACT"), getenv("LOG_DAYS")}
}

type privacyData struct {
	Controller string
	Mail       string // whom to write to
	Officer    bool   // it is the data protection officer's
	Days       days
}

// days are how long things are kept.
type days struct {
	Personal, Closed, Report, Gone int
	Logs                           string
}

// privacyPage says what is kept of people, why and for how long.
func (s *service) privacyPage(w http.ResponseWriter, r *http.Request) error {
	data := privacyData{Controller: strings.TrimSuffix(s.controller, "."), Mail: s.privacyEmail, Officer: s.privacyEmail != "",
		Days: days{directory.PersonalDays, directory.ClosedReportDays, directory.ReportDays, dynamo.GoneDays, s.logDays}}
	if !data.Officer {
		data.Mail = s.administrators
	}
	return s.show(w, r, http.StatusOK, privacyTemplate, site.Page{
		Title: "Privacy", Description: "Wat Aanspreekpunt van mensen bewaart, waarom, hoelang, en wie het ziet.",
	}, data)
}

// accessibilityPage is the statement, with where to complain.
func (s *service) accessibilityPage(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, accessibilityTemplate, site.Page{
		Title: "Toegankelijkheid", Description: "Hoe toegankelijk Aanspreekpunt is, en wat je doet als iets niet lukt.",
	}, s.administrators)
}

// Package vcard writes contacts for phones and mail programs: vCard 3.0 (RFC 2426), which every one of them reads.
package vcard

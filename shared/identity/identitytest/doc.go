// Package identitytest gives a test an issuer of its own, the settings by which identity trusts it, and tokens that it
// signed, or that somebody else did.
package identitytest

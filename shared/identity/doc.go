// Package identity makes a directory.Principal of what a caller shows: a bearer token for the API, a session
// cookie for pages. It verifies tokens of one OpenID Connect issuer itself, and knows no other way in.
//
// Programs send Authorization: Bearer with an access token or an ID token; a cookie means nothing there. Pages
// read the session cookie alone, which carries the issuer-signed ID token; a header means nothing there. So no
// page of another site can use somebody's session for the API, and a stolen access token opens no page.
//
// # Settings
//
// Everything that differs between issuers is configuration, read once at start (FromEnvironment):
//
//	OIDC_ISSUER                  the issuer's identifier, exactly as in "iss"
//	OIDC_AUTHORIZATION_ENDPOINT  where people sign in
//	OIDC_TOKEN_ENDPOINT          where a code becomes a token
//	OIDC_JWKS_URI                the issuer's public keys
//	OIDC_END_SESSION_ENDPOINT    where people sign out; empty: only here
//	OIDC_END_SESSION_RETURN      the parameter that names where to come back: post_logout_redirect_uri unless
//	                             set (Cognito: logout_uri)
//	OIDC_CLIENT_ID               our name at the issuer, and the audience of its tokens
//	OIDC_CLIENT_SECRET           empty for a client without one (PKCE guards the code in any case)
//	OIDC_SCOPE                   "openid" unless set
//	OIDC_AUDIENCES               further audiences that the API accepts, apart by commas: other programs' clients
//	OIDC_CLAIM_ROLES             the claim that carries rights
//	OIDC_ROLE_SCHOOL             its value for school staff
//	OIDC_ROLE_POLICE             its value for police staff
//	OIDC_ROLE_ADMIN              its value for administrators
//	OIDC_CLAIM_ZONES             police: the claim with zone codes; empty: by the table of organisations
//	OIDC_CLAIM_ORGANISATION      the claim with the organisation's institution number or company number
//	OIDC_CLAIM_ORGANISATION_NAME the claim with its name
//	OIDC_CLAIM_TARGET_GROUP      the claim that says which kind of number that is; empty: not asked
//	OIDC_TARGET_GROUP_SCHOOL     its value for schools and CLBs
//	OIDC_TARGET_GROUP_POLICE     its value for police zones
//	OIDC_CLAIM_NAME              the claims that make up a person's name, apart by commas
//
// A claim is a name, or a name and a prefix with a space between: "cognito:groups zone-" is every value of
// cognito:groups that begins with "zone-", without that. Many values may come as a JSON array, or as one text
// with commas or spaces between them.
//
// A right may be bound to an organisation, as ACM/IDM writes it: "Aanspreekpunt-Politie:0207500123" gives the
// role only when the part behind the colon is the organisation that the person signed in for.
//
// # Amazon Cognito
//
// Rights are groups, which administrators alone can give and which stand in ID and access tokens alike:
// "police" and "zone-5910", "school" and "institution-012345", "admin". No custom attribute is involved, so a
// user who may write their own attributes gains nothing.
//
//	OIDC_ISSUER=https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE
//	OIDC_AUTHORIZATION_ENDPOINT=https://DOMAIN.auth.eu-west-1.amazoncognito.com/oauth2/authorize
//	OIDC_TOKEN_ENDPOINT=https://DOMAIN.auth.eu-west-1.amazoncognito.com/oauth2/token
//	OIDC_JWKS_URI=https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE/.well-known/jwks.json
//	OIDC_END_SESSION_ENDPOINT=https://DOMAIN.auth.eu-west-1.amazoncognito.com/logout
//	OIDC_END_SESSION_RETURN=logout_uri
//	OIDC_CLAIM_ROLES=cognito:groups
//	OIDC_ROLE_SCHOOL=school
//	OIDC_ROLE_POLICE=police
//	OIDC_ROLE_ADMIN=admin
//	OIDC_CLAIM_ZONES=cognito:groups zone-
//	OIDC_CLAIM_ORGANISATION=cognito:groups institution-
//	OIDC_CLAIM_NAME=given_name,family_name
//
// # ACM/IDM of the Flemish government
//
// An organisation's user manager gives rights in WebIDM. Schools and CLBs (target group OV) come with their
// institution number, police zones (LB) with their company number, which the table of organisations links to
// zones. APP is the application's name there.
//
//	OIDC_ISSUER=https://authenticatie.vlaanderen.be/op
//	OIDC_AUTHORIZATION_ENDPOINT=https://authenticatie.vlaanderen.be/op/v1/auth
//	OIDC_TOKEN_ENDPOINT=https://authenticatie.vlaanderen.be/op/v1/token
//	OIDC_JWKS_URI=https://authenticatie.vlaanderen.be/op/v1/keys
//	OIDC_END_SESSION_ENDPOINT=https://authenticatie.vlaanderen.be/op/v1/logout
//	OIDC_SCOPE=openid profile vo APP
//	OIDC_CLAIM_ROLES=APP_rol_3d
//	OIDC_ROLE_SCHOOL=APP-School
//	OIDC_ROLE_POLICE=APP-Politie
//	OIDC_ROLE_ADMIN=APP-Beheerder
//	OIDC_CLAIM_ORGANISATION=vo_orgcode
//	OIDC_CLAIM_ORGANISATION_NAME=vo_orgnaam
//	OIDC_CLAIM_TARGET_GROUP=vo_doelgroepcode
//	OIDC_TARGET_GROUP_SCHOOL=OV
//	OIDC_TARGET_GROUP_POLICE=LB
//	OIDC_CLAIM_NAME=given_name,family_name
package identity

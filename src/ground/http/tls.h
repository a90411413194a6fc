/* tls: what server and client share. Private to ground/http. */
#ifndef COMITY_HTTP_TLS_H
#define COMITY_HTTP_TLS_H

#include <gnutls/gnutls.h>

#include "ground/http/http.h"

#define TLS_PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3"

/* The pin of the certificate the other end proved to hold; false when it showed none, or not in TLS 1.3. */
bool tls_peer_pin(gnutls_session_t session, uint8_t pin[static HTTP_PIN_LEN]);

#endif

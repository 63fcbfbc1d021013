/**
 * What a call says and what it is answered: tokens and scopes, idempotency keys, fields, pages and
 * problem details. What carries calls is {@link io.paymentsaga.http.server}.
 */
package io.paymentsaga.http;

/**
 * The functional core: what a payment is, what can happen to it, and what that means. Pure: no
 * Camel, no SQL, no clock, no logging; ids and times are handed in.
 */
package io.paymentsaga.payment;

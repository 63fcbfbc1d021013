package io.paymentsaga.sandbox.stripe;

/** What a call is answered, byte for byte. */
record ApiAnswer(int status, String body) {}

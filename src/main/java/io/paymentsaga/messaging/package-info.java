/** Events out through the outbox and its relay; messages in through the inbox; dead letters. */
package io.paymentsaga.messaging;

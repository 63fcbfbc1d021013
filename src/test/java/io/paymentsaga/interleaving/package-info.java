/**
 * The proof on the core: one payment, Stripe, Kafka, an operator, a clock and crashes as a model
 * small enough to be run many thousand times, around the decisions and state machines that
 * production runs.
 */
package io.paymentsaga.interleaving;

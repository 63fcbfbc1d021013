/**
 * The proof of money: Stripe's ledger held against the books of this service.
 *
 * <p>{@link io.paymentsaga.proof.MoneyComparison} is the pure core; {@link
 * io.paymentsaga.proof.MoneyProof} reads both sides for it, and changes nothing; {@link
 * io.paymentsaga.proof.Differences} remembers what was found. What repairs a difference is a signal
 * through the one door, and not in here.
 */
package io.paymentsaga.proof;

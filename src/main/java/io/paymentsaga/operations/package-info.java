/** What operators see and do: health, metrics, reconciliation, retention. */
package io.paymentsaga.operations;

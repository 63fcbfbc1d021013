package io.paymentsaga.payment;

import java.util.Map;

/**
 * Something to tell the other services.
 *
 * @param sequence its place among its payment's events, from 1
 * @param causationId the event that caused it, or null
 * @param data the event's own fields; absent ones are left out
 */
public record PaymentEvent(
    EventType type, long sequence, String causationId, Map<String, Object> data) {}

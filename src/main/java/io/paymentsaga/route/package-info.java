/**
 * Routes in the Java DSL, for what YAML cannot say well, and the beans between routes and the
 * functional core.
 */
package io.paymentsaga.route;

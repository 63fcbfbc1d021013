/**
 * The HTTP server before and after any route: connections and their deadlines, what is hardly HTTP,
 * the headers of every answer, the bodies that arrive, and the lanes in which calls wait for their
 * turn.
 */
package io.paymentsaga.http.server;

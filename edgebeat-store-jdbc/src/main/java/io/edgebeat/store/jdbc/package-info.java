/**
 * The state index in a database; nothing of JDBC or of the migration library is in its signatures.
 */
@NullMarked
package io.edgebeat.store.jdbc;

import org.jspecify.annotations.NullMarked;

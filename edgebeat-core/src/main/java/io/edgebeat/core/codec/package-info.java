/** The binary form of records: what the journal, the embedded ledger and the wire are made of. */
@NullMarked
package io.edgebeat.core.codec;

import org.jspecify.annotations.NullMarked;

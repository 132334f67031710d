/** What no agreement owns: funds and transactions, capacity, listings. */
@NullMarked
package io.edgebeat.core.wallet;

import org.jspecify.annotations.NullMarked;

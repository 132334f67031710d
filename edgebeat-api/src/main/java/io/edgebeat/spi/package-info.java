/** How backends are found: one provider per interface, by {@code ServiceLoader} or in code. */
@NullMarked
package io.edgebeat.spi;

import org.jspecify.annotations.NullMarked;

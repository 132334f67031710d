/** Tests of the embedded content store. */
@NullMarked
package io.edgebeat.core.embedded.content;

import org.jspecify.annotations.NullMarked;

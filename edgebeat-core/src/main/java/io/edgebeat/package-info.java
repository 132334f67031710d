/** Where an application begins. */
@NullMarked
package io.edgebeat;

import org.jspecify.annotations.NullMarked;

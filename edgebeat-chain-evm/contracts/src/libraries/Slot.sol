// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Status} from "../interfaces/MarketTypes.sol";

/// @notice What the market keeps of an agreement, in one word: a second one would cost every agreement 22 100 gas.
/// @dev From the lowest bit: status 8, then closeAt 40, claimed 96, topUps 96. While the status is OFFER_RECORDED the
/// account that has recorded the offer stands in the 160 bits behind the status: the buyer's record then needs no word of
/// its own, and a stranger that comes first costs the buyer gas, but nothing else.
type Slot is uint256;

using SlotLibrary for Slot global;

/// @title Reads and changes slots
library SlotLibrary {
    /// @notice The slot of an agreement that nothing is known of.
    Slot internal constant EMPTY = Slot.wrap(0);

    /// @notice A slot that has nothing but a status.
    /// @param newStatus the status
    /// @return the slot
    function only(Status newStatus) internal pure returns (Slot) {
        return Slot.wrap(uint256(newStatus));
    }

    /// @notice The slot of an offer that was recorded.
    /// @param by who was the first
    /// @return the slot
    function recorded(address by) internal pure returns (Slot) {
        return Slot.wrap(uint256(Status.OFFER_RECORDED) | (uint256(uint160(by)) << 8));
    }

    /// @notice The status.
    /// @param self the slot
    /// @return the status
    function status(Slot self) internal pure returns (Status) {
        return Status(uint8(Slot.unwrap(self)));
    }

    /// @notice Who was the first to record the offer.
    /// @param self a slot in OFFER_RECORDED
    /// @return the account
    function recorder(Slot self) internal pure returns (address) {
        return address(uint160(Slot.unwrap(self) >> 8));
    }

    /// @notice When anyone may finalize.
    /// @param self a slot in OPEN or later
    /// @return 0 when the buyer has not asked to close
    function closeAt(Slot self) internal pure returns (uint40) {
        return uint40(Slot.unwrap(self) >> 8);
    }

    /// @notice What vouchers have paid the seller.
    /// @param self a slot in OPEN or later
    /// @return how much
    function claimed(Slot self) internal pure returns (uint96) {
        return uint96(Slot.unwrap(self) >> 48);
    }

    /// @notice What was added to the deposit.
    /// @param self a slot in OPEN or later
    /// @return how much
    function topUps(Slot self) internal pure returns (uint96) {
        return uint96(Slot.unwrap(self) >> 144);
    }

    /// @notice Another status.
    /// @param self a slot in OPEN or later
    /// @param value the status
    /// @return the slot
    function withStatus(Slot self, Status value) internal pure returns (Slot) {
        return Slot.wrap((Slot.unwrap(self) & ~uint256(type(uint8).max)) | uint256(value));
    }

    /// @notice Another deadline.
    /// @param self a slot in OPEN or later
    /// @param value the deadline
    /// @return the slot
    function withCloseAt(Slot self, uint40 value) internal pure returns (Slot) {
        return Slot.wrap((Slot.unwrap(self) & ~(uint256(type(uint40).max) << 8)) | (uint256(value) << 8));
    }

    /// @notice Another sum of claims.
    /// @param self a slot in OPEN or later
    /// @param value the sum
    /// @return the slot
    function withClaimed(Slot self, uint96 value) internal pure returns (Slot) {
        return Slot.wrap((Slot.unwrap(self) & ~(uint256(type(uint96).max) << 48)) | (uint256(value) << 48));
    }

    /// @notice Another sum of top-ups.
    /// @param self a slot in OPEN or later
    /// @param value the sum
    /// @return the slot
    function withTopUps(Slot self, uint96 value) internal pure returns (Slot) {
        return Slot.wrap((Slot.unwrap(self) & ~(uint256(type(uint96).max) << 144)) | (uint256(value) << 144));
    }
}

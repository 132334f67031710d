// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement, Status} from "../../src/interfaces/MarketTypes.sol";
import {Fixture} from "./Fixture.sol";

/// @title Agreements in every state
abstract contract States is Fixture {
    function inState(Status wanted) internal returns (Agreement memory a, bytes32 id) {
        return inState(wanted, false);
    }

    function inState(Status wanted, bool fromVault) internal returns (Agreement memory a, bytes32 id) {
        a = terms();
        a.fromVault = fromVault;
        if (fromVault) {
            vm.prank(BUYER);
            market.vaultDeposit(1_000 * EDG);
        }
        id = market.idOf(a);
        if (wanted == Status.NONE) {
            return (a, id);
        }
        if (wanted == Status.LAPSED) {
            vm.prank(SELLER);
            market.cancel(a);
        } else if (wanted >= Status.OPEN) {
            open(a);
            if (wanted == Status.CLOSING) {
                vm.prank(BUYER);
                market.requestClose(a);
            } else if (wanted == Status.CLOSED) {
                vm.prank(SELLER);
                market.release(a);
            }
        } else {
            vm.prank(BUYER);
            market.recordOffer(id);
            if (wanted >= Status.ACCEPTED) {
                vm.prank(SELLER);
                market.acceptOffer(a);
            }
            if (wanted == Status.FEE_HELD) {
                vm.prank(BUYER);
                market.depositFee(a);
            }
        }
        statusIs(id, wanted);
    }
}

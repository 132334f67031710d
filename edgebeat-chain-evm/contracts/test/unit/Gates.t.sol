// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Agreement, Signature, Status} from "../../src/interfaces/MarketTypes.sol";
import {Gate} from "../support/Doubles.sol";
import {States} from "../support/States.sol";

/// @title Gates of tenants and policies: they may refuse, and nothing else
contract GatesTest is States {
    Gate private tenantGate;
    Gate private policyGate;

    function setUp() public override {
        super.setUp();
        tenantGate = new Gate();
        policyGate = new Gate();
    }

    function _register(bytes32 name, address gate) private {
        core.announceAddress(name, gate);
        vm.warp(block.timestamp + CHANGE_DELAY);
        core.applyAddress(name, gate);
    }

    function _terms(uint32 tenant, uint32 policy) private returns (Agreement memory a) {
        a = terms();
        a.tenant = tenant;
        a.policy = policy;
    }

    function _refused(Agreement memory a, bytes32 name, address gate) private {
        bytes memory refusal = abi.encodeWithSelector(IEdgeBeatMarket.GateRefused.selector, name, gate);
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        vm.prank(BUYER);
        vm.expectRevert(refusal);
        market.open(a, s);
        uint256 before = vm.snapshotState();
        vm.prank(BUYER);
        market.recordOffer(id);
        vm.prank(SELLER);
        vm.expectRevert(refusal);
        market.acceptOffer(a);
        vm.revertToState(before);
    }

    function testNoneRegisteredRefuses() public {
        _refused(_terms(1, 0), "TENANT_GATE", address(0));
        _refused(_terms(0, 1), "POLICY_GATE", address(0));
        _refused(_terms(type(uint32).max, 1), "TENANT_GATE", address(0));
        open(_terms(0, 0));
    }

    function testAnAddressWithoutCodeRefuses() public {
        _register("TENANT_GATE", STRANGER);
        _refused(_terms(1, 0), "TENANT_GATE", STRANGER);
    }

    function testEachGateIsAskedForItsOwn() public {
        _register("TENANT_GATE", address(tenantGate));
        policyGate.set(Gate.Mood.DENIES);
        _register("POLICY_GATE", address(policyGate));
        open(_terms(7, 0));
        _refused(_terms(0, 7), "POLICY_GATE", address(policyGate));
        _refused(_terms(7, 7), "POLICY_GATE", address(policyGate));
        policyGate.set(Gate.Mood.ALLOWS);
        tenantGate.set(Gate.Mood.DENIES);
        open(_terms(0, 7));
        _refused(_terms(7, 7), "TENANT_GATE", address(tenantGate));
        tenantGate.set(Gate.Mood.ALLOWS);
        open(_terms(7, 7));
    }

    function testWhatAGateIsTold() public {
        _register("TENANT_GATE", address(tenantGate));
        tenantGate.set(Gate.Mood.COUNTS);
        Agreement memory a = _terms(7, 0);
        bytes32 id = open(a);
        eq(tenantGate.count(), 1, "asked once");
        eq(tenantGate.lastId(), id, "id");
        eq(tenantGate.lastSender(), BUYER, "sender");
        eq(tenantGate.lastTerms(), a.termsHash, "terms");
        yes(tenantGate.gasGiven() <= 200_000 && tenantGate.gasGiven() > 150_000, "gas");
        a = _terms(7, 0);
        id = market.idOf(a);
        vm.prank(BUYER);
        market.recordOffer(id);
        vm.prank(SELLER);
        market.acceptOffer(a);
        eq(tenantGate.lastSender(), SELLER, "sender, literal");
        vm.startPrank(BUYER);
        market.depositFee(a);
        market.fundChannel(a);
        vm.stopPrank();
        eq(tenantGate.count(), 2, "asked once, literal");
    }

    function testGatesThatDoNotBehaveRefuse() public {
        _register("TENANT_GATE", address(tenantGate));
        Gate.Mood[7] memory moods = [
            Gate.Mood.DENIES,
            Gate.Mood.REVERTS,
            Gate.Mood.BURNS,
            Gate.Mood.GARBAGE,
            Gate.Mood.SHORT,
            Gate.Mood.LONG,
            Gate.Mood.BOMB
        ];
        for (uint256 i = 0; i < moods.length; ++i) {
            tenantGate.set(moods[i]);
            uint256 gas_ = gasleft();
            _refused(_terms(1, 0), "TENANT_GATE", address(tenantGate));
            yes(gas_ - gasleft() < 1_000_000, "a gate burns more than it is given");
        }
    }

    /// @notice An answer that lacks its last byte is none, though the byte that lies there already would complete it: memory
    /// then still holds the id.
    function testNoByteOfAnAnswerIsGuessed() public {
        _register("TENANT_GATE", address(tenantGate));
        tenantGate.set(Gate.Mood.SHORT);
        Agreement memory a = _terms(1, 0);
        while (uint256(market.idOf(a)) % 256 != 0) {
            a = _terms(1, 0);
        }
        _refused(a, "TENANT_GATE", address(tenantGate));
    }

    function testAGateThatReentersReachesNothing() public {
        _register("TENANT_GATE", address(tenantGate));
        (Agreement memory running, bytes32 id) = inState(Status.OPEN);
        Agreement memory next = terms();
        bytes[6] memory calls = [
            abi.encodeCall(market.claim, (running, worth(id, EDG))),
            abi.encodeCall(market.finalize, (running)),
            abi.encodeCall(market.cancel, (next)),
            abi.encodeCall(market.recordOffer, (id)),
            abi.encodeCall(market.vaultWithdraw, (1)),
            abi.encodeCall(market.openFor, (next, sign(BUYER_KEY, market.idOf(next)), ""))
        ];
        tenantGate.set(Gate.Mood.REENTERS);
        for (uint256 i = 0; i < calls.length; ++i) {
            tenantGate.setCall(calls[i]);
            open(_terms(1, 0));
            yes(!tenantGate.entered(), "entered");
            eq(
                keccak256(tenantGate.answerOfMarket()),
                keccak256(
                    abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
                ),
                "answer"
            );
        }
        // What has no guard is harmless: the owner's own listing, parameters of the core, fees into the pot.
        tenantGate.setCall(abi.encodeCall(market.sync, ()));
        open(_terms(1, 0));
        yes(tenantGate.entered(), "sync");
    }

    /// @notice A gate that refuses cannot be starved until it allows: what it ran out of is missing for the open.
    function testTooLittleGasNeverAllows() public {
        _register("TENANT_GATE", address(tenantGate));
        _register("POLICY_GATE", address(tenantGate));
        tenantGate.set(Gate.Mood.GIVES_UP);
        yes(tenantGate.allowOpen{gas: 80_000}(0, terms(), BUYER) != 0, "starved, this gate allows");
        yes(tenantGate.allowOpen{gas: 190_000}(0, terms(), BUYER) == 0, "this gate refuses");
        for (uint32 policy = 0; policy < 2; ++policy) {
            Agreement memory a = _terms(1 - policy, policy);
            bytes32 id = market.idOf(a);
            bytes memory data =
                abi.encodeCall(market.openFor, (a, sign(BUYER_KEY, id), sign(SELLER_KEY, id)));
            for (uint256 gas_ = 10_000; gas_ < 400_000; gas_ += 1_000) {
                (bool done,) = address(market).call{gas: gas_}(data);
                yes(!done, "allowed");
            }
        }
    }

    /// @notice A gate that is registered later changes nothing for what is open.
    function testAGateDoesNotReachWhatIsOpen() public {
        _register("TENANT_GATE", address(tenantGate));
        _register("POLICY_GATE", address(policyGate));
        for (uint32 i = 1; i < 4; ++i) {
            tenantGate.set(Gate.Mood.ALLOWS);
            policyGate.set(Gate.Mood.ALLOWS);
            Agreement memory a = _terms(i & 1, i >> 1);
            bytes32 id = open(a);
            Agreement memory literal = _terms(i & 1, i >> 1);
            bytes32 other = market.idOf(literal);
            vm.prank(BUYER);
            market.recordOffer(other);
            vm.prank(SELLER);
            market.acceptOffer(literal);
            tenantGate.set(Gate.Mood.REVERTS);
            policyGate.set(Gate.Mood.REVERTS);
            vm.startPrank(BUYER);
            market.depositFee(literal);
            market.fundChannel(literal);
            market.terminate(literal, EDG, "invoice");
            vm.stopPrank();
            vm.prank(SELLER);
            market.terminate(literal, EDG, "invoice");
            statusIs(other, Status.CLOSED);
            vm.prank(STRANGER);
            market.topUp(a, EDG);
            market.claim(a, worth(id, EDG));
            vm.prank(BUYER);
            market.requestClose(a);
            vm.warp(block.timestamp + 1 days);
            market.finalize(a);
            statusIs(id, Status.CLOSED);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Fixture} from "../support/Fixture.sol";

/// @title Listings
contract ListingsTest is Fixture {
    bytes32 private constant DOCUMENT = keccak256("document");

    function _advertise(address who, bytes32 document, uint256 validUntil) private {
        vm.prank(who);
        // forge-lint: disable-next-line(unsafe-typecast)
        market.advertise(document, "ipfs://document", uint40(validUntil));
    }

    function _listed(address who, bytes32 document, uint256 validUntil, uint256 sequence) private view {
        (uint40 until, uint64 found) = market.listingOf(who, document);
        eq(until, validUntil, "validUntil");
        eq(found, sequence, "sequence");
    }

    function testAdvertiseTakesTheListingFee() public {
        uint256 before = token.balanceOf(SELLER);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Advertised(SELLER, DOCUMENT, uint40(START + 1), 1, "ipfs://document");
        _advertise(SELLER, DOCUMENT, START + 1);
        eq(token.balanceOf(SELLER), before - EDG / 10, "fee");
        eq(market.feePot(), EDG / 10, "pot");
        _listed(SELLER, DOCUMENT, START + 1, 1);
        core.pause();
        _advertise(SELLER, "another", START + 1);
        eq(market.feePot(), EDG / 5, "pot");
        _listed(SELLER, "another", START + 1, 2);
    }

    function testTheSequenceIsPerSeller() public {
        _advertise(SELLER, DOCUMENT, START + 1);
        _advertise(SELLER, "another", START + 1);
        _advertise(STRANGER, DOCUMENT, START + 5);
        _listed(SELLER, DOCUMENT, START + 1, 1);
        _listed(SELLER, "another", START + 1, 2);
        _listed(STRANGER, DOCUMENT, START + 5, 1);
        eq(market.listingSequenceOf(SELLER), 2, "sequence");
        eq(market.listingSequenceOf(BUYER), 0, "sequence of none");
    }

    function testALiveListingIsAdvertisedAgainOnlyToLiveLonger() public {
        _advertise(SELLER, DOCUMENT, START + 10);
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingLive.selector, DOCUMENT, START + 10));
        market.advertise(DOCUMENT, "", uint40(START + 10));
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingLive.selector, DOCUMENT, START + 10));
        market.advertise(DOCUMENT, "", uint40(START + 9));
        _advertise(SELLER, DOCUMENT, START + 11);
        _listed(SELLER, DOCUMENT, START + 11, 2);
        vm.warp(START + 10);
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingLive.selector, DOCUMENT, START + 11));
        market.advertise(DOCUMENT, "", uint40(START + 11));
        vm.warp(START + 12);
        _advertise(SELLER, DOCUMENT, START + 13);
        _listed(SELLER, DOCUMENT, START + 13, 3);
        vm.warp(START + 13);
        _advertise(SELLER, DOCUMENT, START + 14);
        _listed(SELLER, DOCUMENT, START + 14, 4);
    }

    function testAListingThatWouldBeOver() public {
        vm.startPrank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingOver.selector, START, START));
        market.advertise(DOCUMENT, "", uint40(START));
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingOver.selector, 0, START));
        market.advertise(DOCUMENT, "", 0);
        vm.stopPrank();
    }

    function testAUriHasALimit() public {
        string memory long = string(new bytes(2049));
        vm.startPrank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.UriTooLong.selector, 2049, 2048));
        market.advertise(DOCUMENT, long, uint40(START + 1));
        market.advertise(DOCUMENT, string(new bytes(2048)), uint40(START + 1));
        vm.stopPrank();
    }

    function testWithdraw() public {
        vm.startPrank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingUnknown.selector, DOCUMENT));
        market.withdraw(DOCUMENT);
        vm.stopPrank();
        _advertise(SELLER, DOCUMENT, START + 10);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingUnknown.selector, DOCUMENT));
        market.withdraw(DOCUMENT);
        vm.warp(START + 20);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Withdrawn(SELLER, DOCUMENT);
        vm.prank(SELLER);
        market.withdraw(DOCUMENT);
        _listed(SELLER, DOCUMENT, 0, 0);
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.ListingUnknown.selector, DOCUMENT));
        market.withdraw(DOCUMENT);
        _advertise(SELLER, DOCUMENT, START + 21);
        _listed(SELLER, DOCUMENT, START + 21, 2);
    }
}

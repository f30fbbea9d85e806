//! Mistakes planted on purpose: each sits at one spot of the engine, and the brute-force twin must
//! find each. Outside of tests the switch is a constant and nothing remains of it.

use super::World;

/// A planted mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    FirstRouteWins,
    TablesAllowWhatAnyRuleAllows,
    StatelessAnswersForgotten,
    PeeringNeedsNoWayBack,
    NatKeepsSource,
    GatewayNeedsNoPublicAddress,
    PassThroughShowsNode,
    PassThroughKeepsPort,
    GroupsMustAgree,
    EphemeralPortsOfLinux,
    EdgesInsideSegments,
    BlackholeIgnored,
    ServiceByAnyRoute,
    EarlierListenerIgnored,
    PeeringIsTransitive,
    OneNatInARow,
    FirewallForgetsItsWay,
    FirewallsLetAllPass,
}

impl Bug {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 18] = [
        Self::FirstRouteWins,
        Self::TablesAllowWhatAnyRuleAllows,
        Self::StatelessAnswersForgotten,
        Self::PeeringNeedsNoWayBack,
        Self::NatKeepsSource,
        Self::GatewayNeedsNoPublicAddress,
        Self::PassThroughShowsNode,
        Self::PassThroughKeepsPort,
        Self::GroupsMustAgree,
        Self::EphemeralPortsOfLinux,
        Self::EdgesInsideSegments,
        Self::BlackholeIgnored,
        Self::ServiceByAnyRoute,
        Self::EarlierListenerIgnored,
        Self::PeeringIsTransitive,
        Self::OneNatInARow,
        Self::FirewallForgetsItsWay,
        Self::FirewallsLetAllPass,
    ];
}

impl World {
    #[cfg(test)]
    pub(crate) fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "the same call as in tests")]
    pub(crate) const fn has(&self, _: Bug) -> bool {
        false
    }
}

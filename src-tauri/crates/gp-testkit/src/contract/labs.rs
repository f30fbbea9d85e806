//! What labs are asked with.

use super::Drawings;

/// What labs are asked with, wherever they live.
pub const LAB_DRAWINGS: Drawings = Drawings {
    first: "
        env test lab
        internet internet
        region here zones a
          network shop 10.20.0.0/16
            subnet web public 10.20.1.0/24
              server front public tcp/80
            subnet app private 10.20.2.0/24
              server back tcp/8080
        internet -> front tcp/80
        front -> back tcp/8080
        ",
    changed: "
        env test lab
        internet internet
        region here zones a
          network shop 10.20.0.0/16
            subnet web public 10.20.1.0/24
              server front public tcp/80
            subnet app private 10.20.2.0/24
              server back tcp/8080 tcp/9090
        internet -> front tcp/80
        front -> back tcp/8080
        ",
    replaced: "
        env test lab
        internet internet
        region here zones a
          network shop 10.20.0.0/16
            subnet web public 10.20.1.0/24
              server front public tcp/80
            subnet app private 10.20.3.0/24
              server back tcp/8080
        internet -> front tcp/80
        front -> back tcp/8080
        ",
    widened: "
        env test lab
        internet internet
        region here zones a
          network shop 10.20.0.0/16
            subnet web public 10.20.1.0/24
              server front public tcp/80
            subnet app private 10.20.2.0/24
              server back tcp/8080
              server more
          volume scratch size=\"10 GiB\"
        internet -> front tcp/80
        front -> back tcp/8080
        scratch -> more kind=attachment
        ",
};

using System.Globalization;

namespace LeVo.Experiments.TokenWorld;

/// <summary>Names of the systems, as in the tables.</summary>
internal static class Systems
{
    public const string Full = "full: blend of the three strategies", NoDpo = "without DPO",
        Joint = "without stage 2 (joint training)", NoDecoder = "without AR decoder",
        NoDualTracks = "without dual tracks", NoDelay = "without delay", Lyrics = "strategy 1: lyric alignment",
        Prompt = "strategy 2: prompt consistency", Musicality = "strategy 3: musicality";

    public const string Guided = "without DPO, guidance 1.5";

    private const string SweepEnd = " of strategy 3";

    public static readonly string[] Ablations = [Full, Joint, NoDecoder, NoDualTracks, NoDelay, NoDpo];

    public static readonly string[] Alignment = [NoDpo, Lyrics, Prompt, Musicality, Full, Cooler(0.8), Cooler(0.7), Guided];

    public static bool IsSweep(string system) => system.EndsWith(SweepEnd, StringComparison.Ordinal);

    /// <summary>The system without DPO at a lower temperature, which makes fewer errors and less varied songs, too.</summary>
    public static string Cooler(double temperature) =>
        string.Create(CultureInfo.InvariantCulture, $"without DPO, temperature {temperature:0.0}");

    public static string Sweep(double lambda) => string.Create(CultureInfo.InvariantCulture,
        $"{lambda:0.00} of strategy 1, {1 - lambda:0.00}{SweepEnd}");

    /// <summary>The paper's phoneme error rate in percent where it has one (LeVo 1, tables 1 and 3; LeVo 2 for the
    /// delay).</summary>
    public static string Paper(string system) => system switch
    {
        Full => "7.2",
        NoDpo => "10.6",
        Joint => "17.5",
        NoDecoder => "26.0",
        NoDualTracks => "11.0",
        NoDelay => "47.1 (LeVo 2, full 8.55)",
        Lyrics => "6.5",
        Prompt => "10.3",
        Musicality => "11.2",
        _ => "",
    };
}

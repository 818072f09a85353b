namespace LeVo.Experiments.MiniWorld;

/// <summary>How each phone sounds: formants over a harmonic source, bands of noise, and for stops a closure before
/// them.</summary>
/// <remarks>The sounds are exaggerated: every phone has its own place in the spectrum that one frame shows.</remarks>
internal static class MiniVoice
{
    /// <summary>A resonance: centre in Hz (male; female is 1.2 times higher) and gain.</summary>
    public readonly record struct Formant(double Hz, double Gain);

    /// <summary>A band of noise.</summary>
    public readonly record struct Band(double Low, double High, double Gain);

    /// <summary>A phone's recipe; levels are RMS values.</summary>
    public sealed record Recipe(
        Formant[] Formants, double VoiceLevel, Band[] Bands, double NoiseLevel, Closure Closure);

    /// <summary>What comes in the first frame of the slot.</summary>
    public enum Closure
    {
        /// <summary>The phone itself.</summary>
        None,

        /// <summary>Silence (p t k ch).</summary>
        Silent,

        /// <summary>A murmur below 250 Hz (b d g).</summary>
        Voiced,
    }

    /// <summary>The murmur of a voiced closure.</summary>
    public static readonly Recipe Bar = new([new(120, 1)], 0.05, [], 0, Closure.None);

    private static readonly Dictionary<string, Recipe> Recipes = new()
    {
        ["a"] = Voiced(0.15, (850, 1), (1250, 0.8), (2700, 0.25)),
        ["e"] = Voiced(0.15, (520, 1), (1850, 0.7), (2600, 0.3)),
        ["i"] = Voiced(0.15, (350, 1), (2250, 0.8), (2900, 0.3)),
        ["o"] = Voiced(0.15, (520, 1), (880, 0.8), (2500, 0.03)),
        ["u"] = Voiced(0.15, (320, 1), (660, 0.8), (2300, 0.01)),
        ["ee"] = Voiced(0.15, (280, 0.6), (3100, 0.8), (4500, 0.9)),
        ["oo"] = Voiced(0.15, (380, 1), (1300, 0.9), (2000, 0.1)),
        ["m"] = Voiced(0.09, (200, 1), (900, 0.03)),
        ["n"] = Voiced(0.08, (250, 1), (1600, 0.35), (2500, 0.02)),
        ["l"] = Voiced(0.09, (360, 1), (1000, 0.1), (3100, 0.5)),
        ["r"] = Mixed(0.07, [(480, 1), (1500, 0.6)], 0.03, (4600, 6000)),
        ["w"] = Mixed(0.07, [(280, 1), (560, 0.3)], 0.02, (700, 1000)),
        ["y"] = Mixed(0.07, [(260, 1), (2500, 0.5)], 0.025, (3200, 4500)),
        ["v"] = Mixed(0.06, [(150, 1)], 0.04, (1000, 1700)),
        ["z"] = Mixed(0.06, [(150, 1)], 0.04, (6500, 10000)),
        ["f"] = Noisy(Closure.None, 0.06, (1000, 1700)),
        ["th"] = Noisy(Closure.None, 0.05, (4600, 6000)),
        ["s"] = Noisy(Closure.None, 0.07, (6500, 10000)),
        ["sh"] = Noisy(Closure.None, 0.08, (2500, 4000)),
        ["h"] = Noisy(Closure.None, 0.05, (400, 2600)),
        ["p"] = Noisy(Closure.Silent, 0.08, (250, 700)),
        ["k"] = Noisy(Closure.Silent, 0.08, (1700, 2400)),
        ["t"] = Noisy(Closure.Silent, 0.08, (4000, 10000)),
        ["ch"] = Noisy(Closure.Silent, 0.08, (2400, 6500)),
        ["b"] = Mixed(0.08, [(200, 1)], 0.04, (300, 700)) with { Closure = Closure.Voiced },
        ["d"] = Mixed(0.06, [(250, 1), (1700, 0.3)], 0.05, (4000, 10000)) with { Closure = Closure.Voiced },
        ["g"] = Mixed(0.06, [(250, 1), (800, 0.3)], 0.05, (1700, 2400)) with { Closure = Closure.Voiced },
    };

    private static readonly Recipe?[] ByPhone = [.. Phones.Names.Select(name => Recipes.GetValueOrDefault(name))];

    /// <summary>The recipe of a phone; null for silence.</summary>
    public static Recipe? Of(int phone) => ByPhone[phone];

    /// <summary>True when the phone has a pitch.</summary>
    public static bool IsVoiced(int phone) => ByPhone[phone] is { VoiceLevel: > 0 };

    private static Recipe Voiced(double level, params (double Hz, double Gain)[] formants) =>
        new([.. formants.Select(f => new Formant(f.Hz, f.Gain))], level, [], 0, Closure.None);

    private static Recipe Noisy(Closure closure, double level, (double Low, double High) band) =>
        new([], 0, [new Band(band.Low, band.High, 1)], level, closure);

    private static Recipe Mixed(
        double level, (double Hz, double Gain)[] formants, double noise, (double Low, double High) band) =>
        Voiced(level, formants) with { Bands = [new Band(band.Low, band.High, 1)], NoiseLevel = noise };
}

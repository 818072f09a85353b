using LeVo.Alignment.Preferences;
using LeVo.Experiments.MiniWorld.Scoring;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Sums of scores over songs.</summary>
/// <param name="Songs">Songs counted.</param>
/// <param name="Own">Phone errors of the vocal against the song's own lyrics.</param>
/// <param name="Control">The same against another song's.</param>
/// <param name="MixOwn">Phone errors of the mix against the song's own lyrics.</param>
/// <param name="Singer">Songs whose singer was recognised as the one asked for.</param>
/// <param name="Tempo">Likewise, tempo.</param>
/// <param name="Genre">Likewise, genre.</param>
/// <param name="Instrument">Likewise, instrument.</param>
/// <param name="Harmony">Sum of harmony scores.</param>
/// <param name="Distance">Sum of mel distances of the mixes from the true ones, dB.</param>
internal sealed record Tally(int Songs, PhonemeErrorRate Own, PhonemeErrorRate Control, PhonemeErrorRate MixOwn,
    int Singer, int Tempo, int Genre, int Instrument, double Harmony, double Distance)
{
    public static Tally None { get; } = new(0, default, default, default, 0, 0, 0, 0, 0, 0);

    public Tally Add(MiniScores own, MiniScores control, PhonemeErrorRate mix, double distance) => new(
        Songs + 1, Own + own.Phones, Control + control.Phones, MixOwn + mix, Singer + (own.Singer ? 1 : 0),
        Tempo + (own.Tempo ? 1 : 0), Genre + (own.Genre ? 1 : 0), Instrument + (own.Instrument ? 1 : 0),
        Harmony + own.Harmony, Distance + distance);

    public override string ToString() => FormattableString.Invariant(
        $"""
        phone error {Own.Rate:P1} (control {Control.Rate:P1}, of the mix {MixOwn.Rate:P1}), singer {(double)Singer / Songs:P0}, tempo {(double)Tempo / Songs:P0}, genre {(double)Genre / Songs:P0}, instrument {(double)Instrument / Songs:P0}, harmony {Harmony / Songs:0.00}, mel distance {Distance / Songs:0.0} dB
        """);
}

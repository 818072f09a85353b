using System.Globalization;

namespace LeVo.Experiments.TrainDemo.Decoders;

/// <summary>What one song decoded with one candidate scored: a line of the results.</summary>
/// <param name="Candidate">The candidate's name.</param>
/// <param name="Song">Index of the held-out song.</param>
/// <param name="Seed">Seed of the noise.</param>
/// <param name="Rows">Rows of the estimator for a window.</param>
/// <param name="RowFrames">Rows times frames over all windows of the song.</param>
/// <param name="Mel">Mel distance of the mix from the true sound, dB.</param>
/// <param name="Ratio">Signal-to-noise ratio of the mix's waveform to that of the released settings, dB; infinite for those.</param>
/// <param name="Errors">Phone errors of the voice.</param>
/// <param name="Phones">Phones of the lyrics.</param>
internal sealed record DecoderScore(
    string Candidate, int Song, int Seed, int Rows, int RowFrames, double Mel, double Ratio, int Errors, int Phones)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Candidate},{Song},{Seed},{Rows},{RowFrames},{Mel:0.0000},{Ratio:0.00},{Errors},{Phones}");

    public static DecoderScore Parse(string line)
    {
        string[] parts = line.Split(',');
        return new(parts[0], Whole(1), Whole(2), Whole(3), Whole(4), Number(5), Number(6), Whole(7), Whole(8));

        int Whole(int i) => int.Parse(parts[i], CultureInfo.InvariantCulture);
        double Number(int i) => double.Parse(parts[i], CultureInfo.InvariantCulture);
    }
}

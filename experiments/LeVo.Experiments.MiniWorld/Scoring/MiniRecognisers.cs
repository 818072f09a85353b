namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>The two recognisers, which are trained and saved together.</summary>
public sealed class MiniRecognisers : IDisposable
{
    internal MiniRecognisers(PhoneRecogniser voice, BandRecogniser band)
    {
        Voice = voice;
        Band = band;
        Eval();
    }

    /// <summary>Recognises voices.</summary>
    public PhoneRecogniser Voice { get; }

    /// <summary>Recognises accompaniments and mixes.</summary>
    public BandRecogniser Band { get; }

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static MiniRecognisers Load(string path)
    {
        var recognisers = new MiniRecognisers(new PhoneRecogniser(), new BandRecogniser());
        try
        {
            FrameNetFile.Load(path, recognisers.Parts);
            return recognisers;
        }
        catch
        {
            recognisers.Dispose();
            throw;
        }
    }

    /// <summary>Writes both nets as one safetensors file (16-bit floats, about 1 MB).</summary>
    public void Save(string path) => FrameNetFile.Save(path, Parts);

    /// <summary>Frees both.</summary>
    public void Dispose()
    {
        Voice.Dispose();
        Band.Dispose();
    }

    private (string, FrameNet)[] Parts => [("voice", Voice.Net), ("band", Band.Net)];

    private void Eval()
    {
        Voice.Net.eval();
        Band.Net.eval();
    }
}

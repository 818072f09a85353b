using LeVo.Codec.Model;
using LeVo.Core.Audio;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Separation;

/// <summary>A separator of made-up weights on disk, in the form of upstream: settings, and weights of 16 bits.</summary>
internal sealed class TinySeparator : IDisposable
{
    public TinySeparator() => Write(At("tiny.th"), Config);

    /// <summary>Small sizes: a segment is 3120 samples at 4 kHz.</summary>
    public static DemucsConfig Config { get; } = new()
    {
        Channels = 4,
        Compression = 4,
        BottomChannels = 12,
        Heads = 2,
        FrameLength = 2048,
        SampleRate = 4_000,
        Segment = new(39, 50),
        Layers = 2,
    };

    public string Folder { get; } = Directory.CreateTempSubdirectory("levo-separator-").FullName;

    public string At(string name) => Path.Combine(Folder, name);

    public StemSeparator Open() => new(() => [Folder], "tiny.th");

    public static Waveform Sound(int channels, int samples, int rate) =>
        new(GoldenInputs.Wave("separator", samples, channels, 0.3, 480), rate);

    /// <summary>Writes the file of upstream; foreign objects stand beside the weights.</summary>
    /// <param name="path">The file.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="klass">The model's class.</param>
    /// <param name="settings">Writes more settings, or null.</param>
    /// <param name="state">Writes more entries of the weights' dictionary, or null.</param>
    public static void Write(string path, DemucsConfig config, string klass = "HTDemucs", Action<PickleArchive>? settings = null,
        Action<PickleArchive>? state = null)
    {
        var archive = new PickleArchive().Op('}', '(');
        archive.Text("klass").Global("demucs.htdemucs", klass).Text("args").Op(')').Text("kwargs").Op('}', '(')
            .Text("sources").Op('(');
        foreach (string source in config.Sources)
            archive.Text(source);
        archive.Op('l').Text("segment").Global("fractions", "Fraction")
            .Text($"{config.Segment.Numerator}/{config.Segment.Denominator}").Op((char)0x85, 'R')
            .Setting("samplerate", config.SampleRate).Setting("channels", config.Channels).Setting("nfft", config.FrameLength)
            .Setting("dconv_comp", config.Compression).Setting("bottom_channels", config.BottomChannels)
            .Setting("t_layers", config.Layers).Setting("t_heads", config.Heads).Setting("dconv_mode", 3).Setting("anything", 7);
        settings?.Invoke(archive);
        archive.Op('u').Text("state").Op('}', '(');
        state?.Invoke(archive);
        foreach (LeVo.Core.Listings.TensorInfo tensor in new DemucsTensors(config).All)
        {
            float[] values = NameSeeded.Weight("tiny/" + tensor.Name, tensor.Shape);
            archive.Text(tensor.Name).Halves(values, tensor.Shape);
        }
        archive.Op('u').Text("training_args").Global("foreign.module", "Settings").Op(')', 'R', '}').Text("a").Op('N', 's', 'b')
            .Op('u');
        archive.Save(path);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

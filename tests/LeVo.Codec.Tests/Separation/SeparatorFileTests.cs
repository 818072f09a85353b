using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

/// <summary>Files of stem separators that can't be used: all that is wrong is told when the file is opened.</summary>
public sealed class SeparatorFileTests : IDisposable
{
    private static readonly DemucsConfig Config = TinySeparator.Config;
    private readonly TinySeparator files = new();

    [Fact]
    public void MissingAndMisshapenTensorsAreAllListed()
    {
        TensorInfo[] all = [.. new DemucsTensors(Config).All];
        (string missing, string misshapen) = (all[3].Name, all[10].Name);
        WriteFlat(all.Where(tensor => tensor.Name != missing), tensor => tensor.Name == misshapen ? [7, 3] : tensor.Shape);
        ModelLoadException e = Assert.Throws<ModelLoadException>(() => Open("flat.safetensors", Config));
        Assert.Contains(files.At("flat.safetensors"), e.Message, StringComparison.Ordinal);
        Assert.Equal(2, e.Problems.Count);
        Assert.Contains(e.Problems, problem => problem.Contains($"'{missing}'", StringComparison.Ordinal)
            && problem.Contains("missing", StringComparison.Ordinal));
        Assert.Contains(e.Problems, problem => problem.Contains($"'{misshapen}'", StringComparison.Ordinal)
            && problem.Contains("[7, 3]", StringComparison.Ordinal));
    }

    /// <summary>Tensors that the network does not have are no error; another model's file lacks all of them.</summary>
    [Fact]
    public void OtherTensorsAreToldAndAnotherModelsFileIsRefused()
    {
        TensorInfo[] all = [.. new DemucsTensors(Config).All];
        TensorInfo extra = all[0] with { Name = "decoder.9.extra", Shape = [2] };
        WriteFlat([.. all, extra], tensor => tensor.Shape);
        using (SeparatorFile file = Open("flat.safetensors", Config))
            Assert.Equal(["decoder.9.extra"], file.UnreadTensors);
        WriteFlat([extra], tensor => tensor.Shape);
        Assert.Equal(all.Length, Assert.Throws<ModelLoadException>(() => Open("flat.safetensors", Config)).Problems.Count);
        // Tensors alone have the sizes of the release.
        WriteFlat(all, tensor => tensor.Shape);
        Assert.Contains("has shape", Assert.Throws<ModelLoadException>(() => Open("flat.safetensors", null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnsupportedModelsAreNamed()
    {
        Refused("it is a HDemucs, and only HTDemucs is supported", "HDemucs");
        Refused("'depth' is 5, and only 4 is supported", settings: file => file.Setting("depth", 5));
        Refused("'audio_channels' is 1, and only 2 is supported", settings: file => file.Setting("audio_channels", 1));
        Refused("'t_emb' is 'scaled', and only 'sin' is supported", settings: file => file.Text("t_emb").Text("scaled"));
        Refused("'multi_freqs' is not empty", settings: file => file.Text("multi_freqs").Op(']').Int(1).Op('a'));
        Refused("its weights are quantized", state: file => file.Text("__quantized").Int(1));
        TinySeparator.Write(files.At("bad.th"), Config with { Sources = ["drums", "bass"] });
        Assert.Contains("'sources' has no vocals or vocal: drums, bass", Problems("bad.th"), StringComparison.Ordinal);
        TinySeparator.Write(files.At("bad.th"), Config with { SampleRate = 0, Heads = 5, FrameLength = 1000 });
        foreach (string name in (string[])["'samplerate' is 0", "'nfft' is 1000", "is not a multiple of 4 and of its 5 heads"])
            Assert.Contains(name, Problems("bad.th"), StringComparison.Ordinal);

        void Refused(string problem, string klass = "HTDemucs", Action<PickleArchive>? settings = null, Action<PickleArchive>? state = null)
        {
            TinySeparator.Write(files.At("bad.th"), Config, klass, settings, state);
            Assert.Contains(problem, Problems("bad.th"), StringComparison.Ordinal);
        }
    }

    /// <summary>Upstream's lists of models set the segment in a file of their own.</summary>
    [Fact]
    public void TheSegmentMayStandInAFileBesideTheModel()
    {
        using (SeparatorFile file = Open("tiny.th", null))
            Assert.Equal(Config.SegmentSamples, file.Config.SegmentSamples);
        File.WriteAllText(files.At("tiny.yaml"), "models: ['tiny']\nsegment: 1.25 # seconds\n");
        using (SeparatorFile file = Open("tiny.th", null))
            Assert.Equal(5_000, file.Config.SegmentSamples);
        File.WriteAllText(files.At("tiny.yaml"), "models: ['tiny']\n");
        using (SeparatorFile file = Open("tiny.th", null))
            Assert.Equal(Config.SegmentSamples, file.Config.SegmentSamples);
        foreach ((string text, string problem) in ((string, string)[])
            [
                ("a: 1\nsegment: 0\n", "line 2"), ("segment: -3", "is -3"), ("segment: long", "'segment'"), ("segment: .nan", "segment"),
                ("segment: 0.0001", "'segment' is"), ("segment: 999", "'segment' is"), ("segment: [", "tiny.yaml"),
            ])
        {
            File.WriteAllText(files.At("tiny.yaml"), text);
            Assert.Contains(problem, Problems("tiny.th"), StringComparison.Ordinal);
        }
    }

    public void Dispose() => files.Dispose();

    private SeparatorFile Open(string name, DemucsConfig? flat) => SeparatorFile.Open(files.At(name), CPU, flat);

    private string Problems(string name) => Assert.Throws<ModelLoadException>(() => Open(name, null)).Message;

    private void WriteFlat(IEnumerable<TensorInfo> tensors, Func<TensorInfo, long[]> shape)
    {
        using var scope = NewDisposeScope();
        TensorWriter.Save(files.At("flat.safetensors"), tensors.Select(tensor => (tensor.Name, zeros(shape(tensor)))));
    }
}

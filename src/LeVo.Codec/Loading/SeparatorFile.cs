using System.Globalization;
using LeVo.Codec.Model;
using LeVo.Codec.Separation;
using LeVo.Core.Checkpoints;
using LeVo.Core.Configuration;
using LeVo.Core.Model;
using static TorchSharp.torch;

namespace LeVo.Codec.Loading;

/// <summary>The checkpoint of a stem separator: opened and checked at once, its values loaded when they are needed.</summary>
internal sealed class SeparatorFile : IDisposable
{
    private readonly ICheckpoint file;
    private readonly ModelPart<HtDemucs> network;

    private SeparatorFile(ICheckpoint file, ModelPart<HtDemucs> network, DemucsConfig config, IReadOnlyList<string> unread) =>
        (this.file, this.network, Config, UnreadTensors) = (file, network, config, unread);

    /// <summary>Sizes of the network.</summary>
    public DemucsConfig Config { get; }

    /// <summary>Tensors of the file that the network does not have.</summary>
    public IReadOnlyList<string> UnreadTensors { get; }

    /// <summary>The network, loaded now if it was not.</summary>
    public HtDemucs Network => network.Layers;

    /// <summary>Opens a file: the one of upstream, with its settings, or one of tensors alone, whose sizes are those of the
    /// release. A file of the same name with the extension <c>.yaml</c> may set the segment.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the parameters go.</param>
    /// <param name="flat">Sizes of a file of tensors alone.</param>
    /// <exception cref="ModelLoadException">The file is missing, corrupt, or not of a supported model.</exception>
    public static SeparatorFile Open(string path, Device device, DemucsConfig? flat = null)
    {
        List<string> problems = [];
        ICheckpoint? file = null;
        try
        {
            DemucsConfig config = DemucsConfigReader.Read(Content(path), problems) ?? flat ?? new();
            config = config with { Segment = NamedSegment(Path.ChangeExtension(path, ".yaml")) ?? config.Segment };
            if (problems.Count == 0)
                problems.AddRange(DemucsConfigReader.Problems(config));
            ThrowIfAny();
            var tensors = new DemucsTensors(config);
            HashSet<string> names = [.. tensors.All.Select(tensor => tensor.Name)];
            file = Checkpoint.Open(path, names);
            var network = new ModelPart<HtDemucs>(file, device, parameters => new(parameters, tensors, config), problems);
            ThrowIfAny();
            return new(file, network, config, [.. file.Tensors.Keys.Where(name => !names.Contains(name))]);
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is InvalidDataException or IOException or UnauthorizedAccessException)
                throw new ModelLoadException(What(path), [e.Message], e);
            throw;
        }

        void ThrowIfAny()
        {
            if (problems.Count > 0)
                throw new ModelLoadException(What(path), problems);
        }
    }

    public void Dispose()
    {
        network.Dispose();
        file.Dispose();
    }

    private static string What(string path) => $"the stem separator '{path}'";

    /// <summary>The pickled value of an archive; null for other files.</summary>
    private static object? Content(string path)
    {
        using TensorFile file = TensorFile.Open(path);
        Span<byte> start = stackalloc byte[(int)Math.Min(2, file.Length)];
        file.Read(0, start);
        return start.SequenceEqual("PK"u8) ? TorchArchive.Read(file, new HashSet<string>()).Content : null;
    }

    /// <summary>The segment that the file of upstream's model lists names, if there is one.</summary>
    private static Fraction? NamedSegment(string path)
    {
        if (!File.Exists(path))
            return null;
        ConfigValue root = YamlConfig.Load(path, name => throw new FileNotFoundException($"names '{name}'")).Root;
        return root.At("segment") is not { } value ? null
            : value.Number is > 0 and < 1000 and var seconds ? new((long)Math.Round(seconds * 1e9), 1_000_000_000)
            : throw value.Error(string.Create(CultureInfo.InvariantCulture, $"is {value.Number}, not a number of seconds"));
    }
}

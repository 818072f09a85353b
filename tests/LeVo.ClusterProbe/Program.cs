// A process of the cluster's tests: a worker that is killed, stopped and paused, or a replica of a training.
using LeVo.Cluster.Mpi;
using LeVo.ClusterProbe;

return args switch
{
    ["work", var url, var folder, var leaseMilliseconds, var mostAttempts] =>
        await QueueWorker.RunAsync(url, folder, int.Parse(leaseMilliseconds), int.Parse(mostAttempts)),
    ["replicas", .. var rest] => await MpiReplicas.RunAsync(replicas => Task.Run(() => ReplicaScenarios.Run(replicas, rest))),
    _ => 2,
};
